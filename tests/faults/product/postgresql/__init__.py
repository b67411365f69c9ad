"""A database engine with failpoints."""
