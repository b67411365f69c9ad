"""English dates and numbers, the British way: day first."""
