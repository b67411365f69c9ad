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
FAULTS_POISON = ""
DATABASES["default"]["ENGINE"] = "tests.faults.product.postgresql"
MIDDLEWARE = [
    "tests.faults.product.failpoints.Failpoints",
    *_given.pop("FAULTS_MIDDLEWARE", []),
    *MIDDLEWARE,
]
# The clock ticks faster: for the recount alone, or for every job.
_recount, _all = _given.pop("FAULTS_EVERY", None), _given.pop("FAULTS_EVERY_JOB", None)
for _entry in CELERY_BEAT_SCHEDULE.values():
    if _every := _all or (_entry["task"].endswith(".recount_stale_tallies") and _recount):
        _entry["schedule"] = _entry["options"]["expires"] = _every
globals().update(_given)
