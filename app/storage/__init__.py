"""Where things are kept: the database, the broker's queues, the media store."""
