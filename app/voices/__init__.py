"""The voices of this machine: which there are, and how each sounds."""
