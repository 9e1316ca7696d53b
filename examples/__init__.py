"""What stands beside the service: the wheel holds none of it."""
