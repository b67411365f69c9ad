"""Pages of surveys: those of usagers (public, answering) and those of agents (the others)."""
