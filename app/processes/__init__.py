"""Processes: children that are killed at a limit, that end with their parent, and that work for a worker."""
