"""Faults injected into the running product; each is judged by the same oracle."""
