"""What is used to make the project, and is no part of it."""
