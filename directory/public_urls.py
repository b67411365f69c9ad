"""Addresses of the annuaire that anyone may open."""

from django.urls import path

from directory.views import preferences, public

urlpatterns = [
    path("sante/", public.health, name="health"),
    path("accessibilite/", public.accessibility, name="accessibility"),
    path("resume/arreter/<str:token>/", preferences.stop_digest, name="digest_stop"),
    path("mentions-legales/", public.legal, name="legal"),
]
