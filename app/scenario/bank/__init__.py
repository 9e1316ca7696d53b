"""The facts of a product that a script may tell: typed, whole, with where each stands on the page."""
