"""The product's settings, with failpoints, and with what a control run switches off."""

import json
import os
from typing import Any

from marianne.settings import *  # noqa: F403
from marianne.settings import DATABASES, MIDDLEWARE

_given: dict[str, Any] = json.loads(os.environ.get("FAULTS_SETTINGS", "{}"))
FAULTS_NO_TRANSACTIONS = False
DATABASES["default"]["ENGINE"] = "tests.faults.product.postgresql"
MIDDLEWARE = [
    "tests.faults.product.failpoints.Failpoints",
    *_given.pop("FAULTS_MIDDLEWARE", []),
    *MIDDLEWARE,
]
globals().update(_given)
