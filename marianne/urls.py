"""All addresses; each app names its own."""

from django.urls import include, path

urlpatterns = [
    path("compte/", include("allauth.account.urls")),
    path("composants/", include("ui.urls")),
    path("organisation/", include("directory.urls")),
    path("", include("directory.public_urls")),
    path("", include("contacts.urls")),
    path("", include("surveys.urls")),
    path("", include("engagements.urls")),
]
