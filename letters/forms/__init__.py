"""Shapes of what is typed in the register."""
