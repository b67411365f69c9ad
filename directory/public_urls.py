"""Addresses of the annuaire outside organisation/: what anyone may open, and one's own choices."""

from django.urls import path

from directory.views import preferences, public

urlpatterns = [
    path("sante/", public.health, name="health"),
    path("accessibilite/", public.accessibility, name="accessibility"),
    path("mes-preferences/", preferences.edit, name="preferences"),
    path("resume/arreter/<str:token>/", preferences.stop_digest, name="digest_stop"),
    path("mentions-legales/", public.legal, name="legal"),
]
