"""What can be read from a product's text and pictures: plain functions over plain data, no network and no database."""
