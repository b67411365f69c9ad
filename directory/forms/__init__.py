"""Shape of what an administrateur types; every form lists its fields, nothing else is read."""
