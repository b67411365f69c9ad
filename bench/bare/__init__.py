"""The reference of the pages: what Django alone does of the same work, and nothing more."""
