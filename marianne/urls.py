"""All addresses; each app names its own."""

from allauth.account import views as account
from django.urls import include, path, re_path

# The doors of allauth that this product uses; agents neither sign up nor change address alone.
account_urls = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactif/", account.account_inactive, name="account_inactive"),
    path("inscription/", account.signup, name="account_signup"),
    path("verifier/", account.reauthenticate, name="account_reauthenticate"),
    path("mot-de-passe/", account.password_change, name="account_change_password"),
    path("mot-de-passe/oublie/", account.password_reset, name="account_reset_password"),
    path("mot-de-passe/premier/", account.password_set, name="account_set_password"),
    path(
        "mot-de-passe/oublie/envoye/",
        account.password_reset_done,
        name="account_reset_password_done",
    ),
    # The key holds dashes too: only the first one ends the agent's number.
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/nouveau/fait/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

urlpatterns = [
    path("compte/", include(account_urls)),
    path("composants/", include("ui.urls")),
    path("organisation/", include("directory.urls")),
    path("", include("directory.public_urls")),
    path("", include("contacts.urls")),
    path("", include("knowledge.urls")),
    path("", include("letters.urls")),
    path("", include("telephony.urls")),
    path("", include("waiting.urls")),
    path("", include("outbox.urls")),
    path("", include("surveys.urls")),
    path("", include("engagements.urls")),
]
