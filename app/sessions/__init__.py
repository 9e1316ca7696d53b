"""Sessions: one for each step under way, by the rule of its task's type."""
