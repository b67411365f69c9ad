"""Verbs of the telephone: each is one transaction, or a named refusal."""
