"""What services share: the life of a task and its dispatch."""
