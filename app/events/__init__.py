"""The log of all changes: noted, numbered, followed as a stream."""
