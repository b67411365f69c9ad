"""Addresses of the reception desk."""

from django.urls import path

from contacts.views import assigning, attaching, demande, lists, logging, noting, targets, uniting

urlpatterns = [
    path("saisie/", logging.log, name="log_contact"),
    path("demandes/", lists.to_handle, name="to_handle"),
    path("demandes/closes/", lists.closed, name="closed_demandes"),
    path("demandes/<uuid:public_id>/", demande.show, name="demande"),
    path("demandes/<uuid:public_id>/repondre/", demande.reply, name="demande_reply"),
    path("demandes/<uuid:public_id>/transferer/", demande.transfer, name="demande_transfer"),
    path("demandes/<uuid:public_id>/clore/", demande.close, name="demande_close"),
    path("demandes/<uuid:public_id>/message/", demande.message, name="demande_message"),
    path("demandes/<uuid:public_id>/pieces/", demande.items, name="demande_items"),
    path("demandes/<uuid:public_id>/attribuer/", assigning.assign, name="demande_assign"),
    path("demandes/<uuid:public_id>/prendre/", assigning.take, name="demande_take"),
    path("demandes/<uuid:public_id>/rendre/", assigning.release, name="demande_release"),
    path("demandes/<uuid:public_id>/note/", noting.note, name="demande_note"),
    path("demandes/<uuid:public_id>/joindre/", attaching.new, name="attachment_new"),
    path("demandes/<uuid:public_id>/pieces-jointes/", attaching.index, name="demande_attachments"),
    path("pieces-jointes/<uuid:public_id>/", attaching.show, name="attachment"),
    path("pieces-jointes/<uuid:public_id>/retirer/", attaching.remove, name="attachment_remove"),
    path("demandes/<uuid:public_id>/reunir/", uniting.unite, name="demande_unite"),
    path("demandes/<uuid:public_id>/separer/", uniting.separate, name="demande_separate"),
    path("mentions/", noting.mentions, name="mentions"),
    path("mentions/<uuid:public_id>/vue/", noting.seen, name="mention_seen"),
    path("delais-cibles/", targets.index, name="targets"),
    path("delais-cibles/nouveau/", targets.new, name="target_new"),
    path("delais-cibles/<uuid:public_id>/retirer/", targets.take_back_one, name="target_take_back"),
]
