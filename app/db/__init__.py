"""The database: connecting, transactions, pages of lists, indexes, named leases, and what its errors mean."""
