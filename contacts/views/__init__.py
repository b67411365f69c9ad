"""Pages of the reception desk, by noun."""
