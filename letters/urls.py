"""Addresses of the register of letters."""

from django.urls import path

from letters.views import batch, importing, kinds, printing, register

urlpatterns = [
    path("courriers/", register.index, name="letters"),
    path("courriers/saisie/", batch.enter, name="letters_batch"),
    path("courriers/registre.csv", register.csv_file, name="letters_csv"),
    path("courriers/registre.xlsx", register.workbook, name="letters_xlsx"),
    path("courriers/importer/", importing.send, name="letters_import"),
    path("courriers/importer/<uuid:public_id>/", importing.assistant, name="letters_import_file"),
    path(
        "courriers/importer/<uuid:public_id>/confirmer/",
        importing.confirm,
        name="letters_import_confirm",
    ),
    path("courriers/types/importer/", kinds.bring_in, name="letters_kinds"),
    path("courriers/etiquettes/", printing.labels, name="letters_labels"),
    path(
        "courriers/<uuid:public_id>/accuse/",
        printing.acknowledgement,
        name="letter_acknowledgement",
    ),
]
