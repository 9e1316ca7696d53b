"""Products: kept records, bulk extraction from feeds, pages that hold them."""
