"""Share links: whoever has one sees a short without a key, and can approve it and comment."""
