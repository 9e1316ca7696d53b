"""The HTTP API: one router a noun, errors as ``application/problem+json``."""
