"""Forms of the telephone: the shape of what is typed."""
