"""The measurements, one module each: `measure(scale)` returns its lines of the table.

A module takes its own databases (`bench.databases`), towns (`bench.town`) and rounds
(`bench.measure.in_turn`), and is imported once Django is ready.
"""

# As on the command line, in the order of the table.
NAMES = ("figures", "log", "list", "people", "import", "memory")
MODULES = {"log": "logging", "import": "importing"}


def module_of(name: str) -> str:
    return f"bench.rows.{MODULES.get(name, name)}"
