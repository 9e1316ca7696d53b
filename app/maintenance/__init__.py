"""What goes on by itself or by an operator's hand: clean-up, retention, back-up, migration, check-ups."""
