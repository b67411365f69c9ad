"""Pages are tested as they are written, without collecting static files first."""

from pathlib import Path

import pytest
from django.conf import settings as configured
from pytest_django.fixtures import Settings

PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"


@pytest.fixture(scope="session", autouse=True)
def _static_root() -> None:
    """WhiteNoise warns of a missing directory, and warnings are errors."""
    Path(configured.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Settings) -> None:
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}
