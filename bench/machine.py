"""What the figures of a run were measured on: only the ratios travel to another machine."""

import os
import platform
from pathlib import Path

from django.db import connection

from bench.servers import TUNING

GIGABYTE = 1 << 30


def description() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIGABYTE
    tuning = ", ".join(f"{key}={value}" for key, value in TUNING.items())
    return (
        f"{os.cpu_count()} processors ({_processor()}), {memory:.0f} GB, PostgreSQL {version}, "
        f"Python {platform.python_version()}\nPostgreSQL: {tuning}"
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
