"""Addresses of the reception desk."""

from django.urls import path

from contacts.views import demande, lists, logging, targets, wording

urlpatterns = [
    path("saisie/", logging.log, name="log_contact"),
    path("demandes/", lists.to_handle, name="to_handle"),
    path("demandes/closes/", lists.closed, name="closed_demandes"),
    path("demandes/<uuid:public_id>/", demande.show, name="demande"),
    path("demandes/<uuid:public_id>/repondre/", demande.reply, name="demande_reply"),
    path("demandes/<uuid:public_id>/textes/", wording.wordings, name="demande_wordings"),
    path("demandes/<uuid:public_id>/transferer/", demande.transfer, name="demande_transfer"),
    path("demandes/<uuid:public_id>/clore/", demande.close, name="demande_close"),
    path("demandes/<uuid:public_id>/message/", demande.message, name="demande_message"),
    path("demandes/<uuid:public_id>/pieces/", demande.items, name="demande_items"),
    path("delais-cibles/", targets.index, name="targets"),
    path("delais-cibles/nouveau/", targets.new, name="target_new"),
    path("delais-cibles/<uuid:public_id>/retirer/", targets.take_back_one, name="target_take_back"),
]
