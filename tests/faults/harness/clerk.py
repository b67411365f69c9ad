"""A process of Django's own that prepares a database of the run, and asks the product's questions.

    python -m tests.faults.harness.clerk

One JSON object per line: the verb, the database and the arguments come in, the answer goes out. It
keeps no connection between two questions, so a killed PostgreSQL does not disturb it.
"""

import json
import sys
import traceback
from typing import Any

import django
from django.db import connection


def answer(line: str) -> dict[str, Any]:
    from tests.faults.harness.questions import VERBS  # once Django is ready

    asked = json.loads(line)
    connection.settings_dict["NAME"] = asked["database"]
    try:
        return {"answer": VERBS[asked["verb"]](**asked["arguments"])}
    except Exception:  # the one who asked must know which, and this process must go on
        return {"error": traceback.format_exc()}
    finally:
        connection.close()


def main() -> None:
    django.setup()
    for line in sys.stdin:
        print(json.dumps(answer(line)), flush=True)


if __name__ == "__main__":
    main()
