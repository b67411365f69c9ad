"""Pages of the register, by noun."""
