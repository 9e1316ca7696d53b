"""What each task of a short does."""
