"""Shorts: what a short is, how it goes from step to step, and the steps."""
