"""Product + picture measures + wishes -> scenario, from the product's own facts only."""
