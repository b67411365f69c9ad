"""Pages of the queue: the desk, the rooms, the public ones, the figures."""
