"""Settings of the telephone: seconds per ring, how a click dials, the exchange's webhook."""

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from directory.requests import AgentRequest
from directory.views.doors import done, form_page, sent
from telephony.actions.incoming import renew_secret
from telephony.actions.settings import save_setting, setting_of
from telephony.forms.lines import SettingForm
from telephony.models import TelephonySetting
from telephony.views.doors import keepers_only


@require_http_methods(["GET", "HEAD", "POST"])
@keepers_only
def edit(request: AgentRequest) -> HttpResponseBase:
    organisation = request.user.organisation
    setting = setting_of(organisation)
    form = SettingForm(sent(request), setting=setting)

    def change() -> None:
        save_setting(
            organisation, ring_ms=form.ring_ms, dial_template=form.cleaned_data["dial_template"]
        )

    if done(request, form, change, _("Réglages enregistrés.")):
        return redirect("call_settings")
    return form_page(request, "telephony/settings.html", form, webhook=webhook_url(setting))


@require_POST
@keepers_only
def renew(request: AgentRequest) -> HttpResponseBase:
    """The page that tells the secret is the answer itself: it can be asked for by nobody again."""
    organisation = request.user.organisation
    secret = renew_secret(organisation)
    webhook = webhook_url(setting_of(organisation))
    context = {"secret": secret, "webhook": webhook}
    return render(request, "telephony/secret.html", context)


def webhook_url(setting: TelephonySetting) -> str:
    """Empty until a secret was made: an address that accepts nothing helps nobody."""
    if not setting.webhook_salt:
        return ""
    path = reverse("incoming_webhook", args=[setting.webhook_id])
    return f"{settings.PUBLIC_BASE_URL}{path}"
