"""An incoming call as the exchange tells it, and the secret it signs with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from directory.models import Organisation
from telephony import numbers, signing
from telephony.errors import AlreadyTold, UnknownLine
from telephony.models import IncomingCall, Line, TelephonySetting

# Longer than any message stays acceptable, so that a replay always finds the first.
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Ringing:
    """Who calls, and what they dialled."""

    caller: str
    called: str


@transaction.atomic
def announce(
    ringing: Ringing, setting: TelephonySetting, *, signature: str, now: datetime
) -> IncomingCall:
    """Write it for the agents of its line; the same signed message twice is refused."""
    own = {"organisation": setting.organisation_id}
    IncomingCall.objects.filter(**own, received_at__lt=now - KEPT).delete()
    line = Line.objects.filter(**own, number=numbers.called(ringing.called), is_active=True).first()
    if line is None:
        raise UnknownLine
    try:
        with transaction.atomic():
            return IncomingCall.objects.create(
                organisation_id=setting.organisation_id,
                line=line,
                caller=numbers.caller(ringing.caller)[0],
                received_at=now,
                signature=signature,
            )
    except IntegrityError:
        raise AlreadyTold from None


@transaction.atomic
def renew_secret(organisation: Organisation) -> str:
    """The new secret, told this once; every former one stops signing at once."""
    salt = signing.new_salt()
    TelephonySetting.objects.update_or_create(
        organisation=organisation, defaults={"webhook_salt": salt}
    )
    return signing.secret_of(organisation.pk, salt)
