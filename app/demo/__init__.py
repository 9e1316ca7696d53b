"""A small e-shop on loopback: real pages in every markup style, with pictures that are drawn in code."""
