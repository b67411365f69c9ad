"""Starts, breaks and judges a product of its own, on servers that nobody else uses."""
