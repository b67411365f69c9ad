"""Pages of the telephone."""
