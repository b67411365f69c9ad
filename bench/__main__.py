"""`./bin/bench [--only log,list] [--rows N] [--rounds N] [--markdown]`: one table of ratios.

Starts its own PostgreSQL and Valkey and deletes them. The exit status is 0 when a figure is missed:
the table says so.
"""

import argparse
import sys
import time
from importlib import import_module

from launching.places import refusing

from bench import rows
from bench.measure import Figure, Scale
from bench.servers import servers


def main(arguments: list[str]) -> None:
    asked = _parser().parse_args(arguments)
    with servers():
        import django

        django.setup()
        from bench import databases, machine, table

        databases.prepare()
        print(machine.description(), end="\n\n", flush=True)
        figures = _measure(asked.only, Scale(asked.rows, asked.rounds))
        print(table.markdown(figures) if asked.markdown else table.text(figures))


def _measure(names: list[str], scale: Scale) -> list[Figure]:
    figures: list[Figure] = []
    for name in names:
        start = time.monotonic()
        found: list[Figure] = import_module(rows.module_of(name)).measure(scale)
        told = ", ".join(f"{one.ratio:.2f} ({one.goal})" for one in found)
        print(f"[{time.monotonic() - start:5.0f} s] {name}: {told}", file=sys.stderr, flush=True)
        figures += found
    return figures


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/bench", description="Speed, as ratios.")
    parser.add_argument("--rows", type=int, default=Scale.rows, help="demandes of the large town")
    parser.add_argument("--rounds", type=int, default=Scale.rounds, help="rounds of each side")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument(
        "--only",
        type=_names,
        default=list(rows.NAMES),
        metavar="NAME,…",
        help=f"some of the measurements: {', '.join(rows.NAMES)}",
    )
    return parser


def _names(text: str) -> list[str]:
    unknown = set(text.split(",")) - set(rows.NAMES)
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
    return [name for name in rows.NAMES if name in text.split(",")]


if __name__ == "__main__":
    with refusing():
        main(sys.argv[1:])
