"""What an agent chose for themselves, and the link of a mail that changes it without logging in.

The link is signed and lives as long as the account: a mail kept for a year must still let one stop
the next ones. It can do that and nothing else.
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from directory.models import Agent

SIGNER = Signer(salt="directory.digest.stop", sep="~")


def choose(agent: Agent, *, wants_digest: bool, single_key_shortcuts: bool) -> None:
    Agent.objects.filter(organisation=agent.organisation_id, pk=agent.pk).update(
        wants_digest=wants_digest, single_key_shortcuts=single_key_shortcuts
    )


def stop_digest(agent: Agent) -> None:
    Agent.objects.filter(organisation=agent.organisation_id, pk=agent.pk).update(wants_digest=False)


def digest_stop_url(agent: Agent) -> str:
    token = SIGNER.sign(str(agent.public_id))
    return settings.PUBLIC_BASE_URL + reverse("digest_stop", args=[token])


def agent_who_signed(token: str) -> Agent | None:
    """The agent the link was written for; null for a link that this product did not sign."""
    try:
        public_id = SIGNER.unsign(token)
        return Agent.objects.select_related("organisation").filter(public_id=public_id).first()
    except (BadSignature, ValidationError):
        return None
