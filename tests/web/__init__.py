"""The dashboard, in a real browser and by plain HTTP."""
