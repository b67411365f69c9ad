"""Addresses of the telephony app."""

from django.urls import path

from telephony.views import calls, figures, incoming, lines, mystery, records, settings

urlpatterns = [
    path("telephone/", calls.index, name="calls"),
    path("telephone/saisie/", calls.new, name="call_new"),
    path("telephone/chiffres/", figures.figures, name="call_figures"),
    path("telephone/appels/<uuid:public_id>/", calls.show, name="call"),
    path("telephone/lignes/", lines.index, name="call_lines"),
    path("telephone/lignes/nouvelle/", lines.new, name="call_line_new"),
    path("telephone/lignes/<uuid:public_id>/", lines.edit, name="call_line_edit"),
    path("telephone/reglages/", settings.edit, name="call_settings"),
    path("telephone/reglages/secret/", settings.renew, name="call_secret"),
    path("telephone/appel-entrant/<uuid:webhook_id>/", incoming.webhook, name="incoming_webhook"),
    path("telephone/en-cours/", incoming.now_ringing, name="incoming_now"),
    path("telephone/en-cours/suivre/", incoming.follow, name="incoming_follow"),
    path("telephone/appels-mystere/", mystery.index, name="mystery_campaigns"),
    path("telephone/appels-mystere/nouvelle/", mystery.new, name="mystery_campaign_new"),
    path("telephone/appels-mystere/<uuid:public_id>/", mystery.show, name="mystery_campaign"),
    path(
        "telephone/appels-mystere/<uuid:public_id>/modifier/",
        mystery.edit,
        name="mystery_campaign_edit",
    ),
    path(
        "telephone/appels-mystere/<uuid:public_id>/appel/",
        mystery.add_call,
        name="mystery_call_new",
    ),
    path(
        "telephone/appels-mystere/<uuid:public_id>/appel/<uuid:call_id>/retirer/",
        mystery.remove_call,
        name="mystery_call_remove",
    ),
    path("telephone/releves/", records.index, name="call_records"),
    path("telephone/releves/nouveau/", records.new, name="call_record_new"),
    path("telephone/releves/<uuid:public_id>/", records.show, name="call_record"),
    path(
        "telephone/releves/<uuid:public_id>/importer/",
        records.confirm_one,
        name="call_record_confirm",
    ),
    path(
        "telephone/releves/<uuid:public_id>/abandonner/", records.drop_one, name="call_record_drop"
    ),
]
