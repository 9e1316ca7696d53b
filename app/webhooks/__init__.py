"""Webhooks: who wants to be told of shorts over HTTP, and what became of telling them."""
