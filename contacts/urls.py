"""Addresses of the reception desk."""

from django.urls import path

from contacts.views import (
    categories,
    complaints,
    day,
    demande,
    duplicates,
    lists,
    logging,
    targets,
    team,
    usagers,
    wording,
)

urlpatterns = [
    path("ma-journee/", day.show, name="my_day"),
    path("equipe/", team.show, name="team"),
    path("saisie/", logging.log, name="log_contact"),
    path("saisie/deja/", logging.known, name="log_known"),
    path("demandes/", lists.to_handle, name="to_handle"),
    path("demandes/closes/", lists.closed, name="closed_demandes"),
    path("demandes/<uuid:public_id>/", demande.show, name="demande"),
    path("demandes/<uuid:public_id>/repondre/", demande.reply, name="demande_reply"),
    path("demandes/<uuid:public_id>/textes/", wording.wordings, name="demande_wordings"),
    path("demandes/<uuid:public_id>/transferer/", demande.transfer, name="demande_transfer"),
    path("demandes/<uuid:public_id>/clore/", demande.close, name="demande_close"),
    path("demandes/<uuid:public_id>/message/", demande.message, name="demande_message"),
    path("demandes/<uuid:public_id>/pieces/", demande.items, name="demande_items"),
    path("demandes/<uuid:public_id>/qualifier/", complaints.qualify, name="demande_qualify"),
    path("demandes/<uuid:public_id>/requalifier/", complaints.requalify, name="demande_requalify"),
    path(
        "demandes/<uuid:public_id>/accuse-reception/",
        complaints.acknowledge,
        name="demande_acknowledge",
    ),
    path("reclamations/", complaints.index, name="complaints"),
    path("reclamations/categories/", categories.index, name="complaint_categories"),
    path("reclamations/categories/nouvelle/", categories.new, name="complaint_category_new"),
    path(
        "reclamations/categories/<uuid:public_id>/", categories.edit, name="complaint_category_edit"
    ),
    path("usagers/", usagers.index, name="usagers"),
    path("usagers/recherche/", usagers.find, name="usager_search"),
    path("usagers/doublons/", duplicates.index, name="usager_duplicates"),
    path("usagers/reunions/<uuid:public_id>/defaire/", duplicates.undo, name="usager_merge_undo"),
    path("usagers/<uuid:public_id>/", usagers.show, name="usager"),
    path("usagers/<uuid:public_id>/modifier/", usagers.edit, name="usager_edit"),
    path("usagers/<uuid:public_id>/consentement/", usagers.consent, name="usager_consent"),
    path("usagers/<uuid:public_id>/reunir/<uuid:other_id>/", duplicates.merge, name="usager_merge"),
    path(
        "usagers/<uuid:public_id>/distinctes/<uuid:other_id>/",
        duplicates.tell_apart,
        name="usager_not_same",
    ),
    path("delais-cibles/", targets.index, name="targets"),
    path("delais-cibles/nouveau/", targets.new, name="target_new"),
    path("delais-cibles/<uuid:public_id>/retirer/", targets.take_back_one, name="target_take_back"),
]
