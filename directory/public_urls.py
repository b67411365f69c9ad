"""Addresses of the annuaire that anyone may open."""

from django.urls import path

from directory.views import public

urlpatterns = [
    path("sante/", public.health, name="health"),
    path("accessibilite/", public.accessibility, name="accessibility"),
    path("mentions-legales/", public.legal, name="legal"),
]
