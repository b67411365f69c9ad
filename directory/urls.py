"""Addresses of the annuaire, below organisation/."""

from django.urls import path

from directory.views import (
    agents,
    calendars,
    exceptions,
    hours,
    journal,
    motifs,
    organisation,
    services,
)

urlpatterns = [
    path("", organisation.edit, name="organisation"),
    path("theme/<uuid:public_id>.css", organisation.theme, name="organisation_theme"),
    path("logo/<uuid:public_id>/", organisation.logo, name="organisation_logo"),
    path("services/", services.index, name="services"),
    path("services/nouveau/", services.new, name="service_new"),
    path("services/<uuid:public_id>/", services.edit, name="service_edit"),
    path("agents/", agents.index, name="agents"),
    path("agents/nouveau/", agents.new, name="agent_new"),
    path("agents/<uuid:public_id>/", agents.edit, name="agent_edit"),
    path("agents/<uuid:public_id>/desactiver/", agents.deactivate, name="agent_deactivate"),
    path("agents/<uuid:public_id>/reactiver/", agents.reactivate, name="agent_reactivate"),
    path("agents/<uuid:public_id>/inviter/", agents.invite, name="agent_invite"),
    path("calendriers/", calendars.index, name="calendars"),
    path("calendriers/nouveau/", calendars.new, name="calendar_new"),
    path("calendriers/<uuid:public_id>/", calendars.show, name="calendar"),
    path("calendriers/<uuid:public_id>/modifier/", calendars.edit, name="calendar_edit"),
    path("calendriers/<uuid:public_id>/horaires/", hours.edit, name="calendar_hours"),
    path(
        "calendriers/<uuid:public_id>/fermetures/ajouter/",
        exceptions.add_closing,
        name="closing_new",
    ),
    path(
        "calendriers/<uuid:public_id>/ouvertures/ajouter/",
        exceptions.add_opening,
        name="opening_new",
    ),
    path("fermetures/<uuid:public_id>/retirer/", exceptions.remove_closing, name="closing_remove"),
    path("ouvertures/<uuid:public_id>/retirer/", exceptions.remove_opening, name="opening_remove"),
    path("journal/", journal.index, name="annuaire_journal"),
    path("motifs/", motifs.index, name="motifs"),
    path("motifs/nouveau/", motifs.new, name="motif_new"),
    path("motifs/<uuid:public_id>/", motifs.edit, name="motif_edit"),
]
