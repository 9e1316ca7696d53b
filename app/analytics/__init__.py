"""Figures of what has happened, reports, and how many workers it takes."""
