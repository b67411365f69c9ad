"""The product's settings, with failpoints, and with what a control run switches off."""

import json
import os
from typing import Any

from marianne.settings import *  # noqa: F403
from marianne.settings import CELERY_BEAT_SCHEDULE, DATABASES, MIDDLEWARE

_given: dict[str, Any] = json.loads(os.environ.get("FAULTS_SETTINGS", "{}"))
FAULTS_NO_TRANSACTIONS = False
FAULTS_DIE_AFTER = ""
FAULTS_COMMITS_FIRST = False
DATABASES["default"]["ENGINE"] = "tests.faults.product.postgresql"
MIDDLEWARE = [
    "tests.faults.product.failpoints.Failpoints",
    *_given.pop("FAULTS_MIDDLEWARE", []),
    *MIDDLEWARE,
]
# In the short form the clock that looks for stale cells ticks faster.
if "FAULTS_EVERY" in _given:
    for _entry in CELERY_BEAT_SCHEDULE.values():
        if _entry["task"].endswith(".recount_stale_tallies"):
            _entry["schedule"] = _entry["options"]["expires"] = _given["FAULTS_EVERY"]
globals().update(_given)
