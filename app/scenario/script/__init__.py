"""Facts -> plan -> words: the built-in writer."""
