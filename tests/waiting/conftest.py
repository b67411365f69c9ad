"""A room of the agent's service."""

import pytest

from directory.models import Service
from tests.waiting.situations import make_room
from waiting.models import WaitingRoom


@pytest.fixture
def room(service: Service) -> WaitingRoom:
    return make_room(service, name="Hall de la mairie")
