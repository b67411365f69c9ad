"""Keeping the rooms: their settings, and the links of their tablet and screen."""

from django.db import transaction

from waiting.enums import Link
from waiting.models import WaitingRoom
from waiting.models.room import new_code

COLUMNS = {Link.TABLET: "tablet_code", Link.SCREEN: "screen_code"}


@transaction.atomic
def save_room(room: WaitingRoom) -> None:
    """Settings count from now on: tickets already given keep the service and aim they had."""
    room.full_clean()
    room.save()


@transaction.atomic
def renew_link(room: WaitingRoom, link: Link) -> str:
    """A new address; the former one leads nowhere from now on."""
    code = new_code()
    _set(room, link, code)
    return code


@transaction.atomic
def revoke_link(room: WaitingRoom, link: Link) -> None:
    _set(room, link, None)


def _set(room: WaitingRoom, link: Link, code: str | None) -> None:
    rooms = WaitingRoom.objects.filter(organisation=room.organisation_id, pk=room.pk)
    rooms.update(**{COLUMNS[link]: code})
