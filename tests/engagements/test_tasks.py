"""The clock jobs: each one the schedule names exists, and does what is due."""

from datetime import date

import pytest
from celery import current_app
from django.conf import settings

from contacts.enums import Channel
from contacts.models import DelayTarget, Demande
from contacts.tasks import refresh_due_dates
from directory.models import Service
from engagements.models import DayTally, StaleTally
from engagements.tasks import recount_stale_tallies
from tests import factories


@pytest.mark.parametrize("entry", settings.CELERY_BEAT_SCHEDULE.values(), ids=lambda e: e["task"])
def test_every_scheduled_job_exists(entry: dict[str, object]) -> None:
    current_app.loader.import_default_modules()
    assert entry["task"] in current_app.tasks


def test_the_worker_clears_what_is_stale(service: Service) -> None:
    factories.make_demande(service, replied=date(2026, 6, 3))
    assert recount_stale_tallies() > 0
    assert not StaleTally.objects.exists()
    assert DayTally.objects.exists()
    assert recount_stale_tallies() == 0


def test_deadlines_follow_a_target_written_behind_the_actions_back(service: Service) -> None:
    factories.make_demande(service, channel=Channel.EMAIL)
    DelayTarget.objects.create(
        organisation=service.organisation, limit=5, valid_from=date(2000, 1, 1)
    )
    assert refresh_due_dates() == 1
    assert Demande.objects.get().first_reply_due_on == date(2026, 6, 8)
