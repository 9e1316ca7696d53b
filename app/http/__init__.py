"""What every request and answer has in common: limits of bodies, problems, request ids, schemas."""

PREFIX = "/api/v1"
"""What the paths of all routes of the API begin with."""
