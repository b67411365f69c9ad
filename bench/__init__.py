"""Speed, measured: `./bin/bench` prints a table of ratios (docs/performance.md)."""
