"""Brand kits: a shop's own look and sound, saved once for all its shorts."""
