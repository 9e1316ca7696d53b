"""Tasks: what a type of task is, states, leases, running, recovery, and what is kept while the database is away."""
