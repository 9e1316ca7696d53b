"""A small e-shop on loopback: real pages in every markup style, with photographs taken in software."""
