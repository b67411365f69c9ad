"""Working time as pure arithmetic: no database, no clock of its own, no look-ahead horizon.

`days` says which dates are worked, `clock` turns local hours into instants, `schedule` puts the
two together. Decisions: `docs/decisions/0006-working-time.md`.
"""
