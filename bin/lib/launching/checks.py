"""Everything CI checks, in order and to the end; with arguments, pytest or the faults alone."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from launching import environment, faults, processes
from launching.lease import throwaway
from launching.places import ROOT, refusing

PACKAGES = (
    *("marianne", "engagements", "surveys", "telephony", "waiting", "letters", "contacts"),
    *("knowledge", "outbox", "directory", "jobs", "ui", "tests"),
)
TYPED = (*PACKAGES, "bench", "bin/lib/launching")
NO_TEST_COLLECTED = 5
Environment = dict[str, str]


@dataclass
class Run:
    """One passage through the checks: what failed so far, what the tests counted."""

    env: Environment
    reports: Path
    failed: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: {"passed": 0, "failed": 0, "skipped": 0})

    def step(self, title: str, command: Sequence[str], **env: str) -> None:
        self.timed(title, lambda: call(command, self.env | env))

    def pytest(self, title: str, *options: str) -> None:
        report = self.reports / f"{len(list(self.reports.iterdir()))}.xml"
        self.timed(title, lambda: self._pytest(report, options))

    def timed(self, title: str, work: Callable[[], int]) -> None:
        print(f"\n=== {title}", flush=True)
        start = time.monotonic()
        code = work()
        word = "échec" if code else "bon"
        print(f"--- {title} : {word}, {time.monotonic() - start:.1f} s", flush=True)
        if code:
            self.failed.append(title)

    def _pytest(self, report: Path, options: Sequence[str]) -> int:
        code = call(["pytest", f"--junitxml={report}", *options], self.env)
        self._count(report)
        return 0 if code == NO_TEST_COLLECTED else code

    def _count(self, report: Path) -> None:
        if not report.exists():
            return
        suite = ElementTree.parse(report).getroot().find("testsuite")  # noqa: S314 pytest wrote it
        assert suite is not None  # noqa: S101 for the type checker
        bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        self.counts["failed"] += bad
        self.counts["skipped"] += skipped
        self.counts["passed"] += int(suite.get("tests", 0)) - bad - skipped

    def conclude(self) -> int:
        print()
        if self.failed:
            print(f"En échec : {', '.join(self.failed)}")
        print(", ".join(f"{number} {word}" for word, number in self.counts.items()))
        return 1 if self.failed else 0


def call(command: Sequence[str], env: Environment) -> int:
    return processes.spawn(command, env=env, cwd=ROOT).wait()


def typed_paths() -> list[str]:
    return [path for path in TYPED if any((ROOT / path).rglob("*.py"))]


def check_everything(env: Environment, reports: Path) -> int:
    run = Run(env, reports)
    run.step(
        "Mise en forme (ruff format)",
        ["ruff", "format", "--check", "--output-format", "concise", "."],
    )
    run.step("Règles de code (ruff check)", ["ruff", "check", "--output-format", "concise", "."])
    run.step("Types (mypy)", ["mypy", *typed_paths()])
    run.step("Sens des imports (lint-imports)", ["lint-imports"])
    run.step(
        "Migrations complètes (makemigrations --check)",
        ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
    )
    run.step(
        "Réglages de production (check --deploy)",
        ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        **environment.production_like(),
    )
    many = ("-n", str(workers()), "--dist", "loadgroup")
    run.pytest("Tests", *many, "-m", "not browser and not faults")
    # Alone: they share one world, and measure how long people wait.
    run.pytest("Pannes, forme courte", "tests/faults", "-m", "faults")
    browse(run)
    return run.conclude()


def workers() -> int:
    return max(2, min(8, os.cpu_count() or 2))


def browse(run: Run) -> None:
    chromium = environment.find_chromium() or install_chromium(run)
    if chromium is None:
        print("\nTests du navigateur non lancés : Chromium manque (Debian : apt install chromium).")
        return
    run.env["CHROMIUM"] = str(chromium)
    run.pytest("Tests dans le navigateur", "-m", "browser")


def install_chromium(run: Run) -> Path | None:
    """As root on Debian, where nobody has to be asked."""
    if os.geteuid() != 0 or not Path("/usr/bin/apt-get").exists():
        return None
    env = run.env | {"DEBIAN_FRONTEND": "noninteractive"}
    print("\nInstallation de Chromium…", flush=True)
    for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", "-qq", *words], env=env, check=False, capture_output=True)
    return environment.find_chromium()


def main(arguments: list[str]) -> int:
    with (
        tempfile.TemporaryDirectory(prefix="marianne-essai-") as place,
        throwaway("postgres") as postgres,
        throwaway("valkey") as valkey,
    ):
        reports = Path(place, "rapports")
        reports.mkdir()
        env = environment.base() | environment.loopback()
        env |= {"DATABASE_URL": postgres.url, "REDIS_URL": valkey.url}
        env |= {
            "SECRET_KEY": "pour-les-tests-seulement",
            "STATIC_ROOT": str(Path(place, "statique")),
        }
        if arguments[:1] == ["--faults"]:
            return call(["pytest", *faults.pytest_arguments(arguments[1:])], env | faults.FULL)
        if arguments:
            chromium = environment.find_chromium()
            env |= {"CHROMIUM": str(chromium)} if chromium else {}
            return call(["pytest", *arguments], env)
        return check_everything(env, reports)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    with refusing():
        sys.exit(main(sys.argv[1:]))
