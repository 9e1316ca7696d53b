"""What a server wants that sorts before it limits, as the embedded database does, and what others do not want."""
