"""Addresses of the register of letters."""

from django.urls import path

from letters.views import batch, kinds, printing, register

urlpatterns = [
    path("courriers/", register.index, name="letters"),
    path("courriers/saisie/", batch.enter, name="letters_batch"),
    path("courriers/types/importer/", kinds.bring_in, name="letters_kinds"),
    path("courriers/etiquettes/", printing.labels, name="letters_labels"),
    path(
        "courriers/<uuid:public_id>/accuse/",
        printing.acknowledgement,
        name="letter_acknowledgement",
    ),
]
