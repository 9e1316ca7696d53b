"""Who may do what: API keys, whose things are whose, quotas, idempotency keys, where requests may come from."""
