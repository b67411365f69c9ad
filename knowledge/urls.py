"""Addresses of answer sheets, text modules and the annuaire."""

from django.urls import path

from knowledge.views import annuaire, modules, searching, shares, sheets

urlpatterns = [
    path("fiches/", sheets.index, name="sheets"),
    path("fiches/a-revoir/", sheets.to_review, name="sheets_to_review"),
    path("fiches/proposees/", sheets.proposed, name="sheets_proposed"),
    path("fiches/chercher/", searching.search_sheets, name="sheet_search"),
    path("fiches/nouvelle/", sheets.new, name="sheet_new"),
    path("fiches/<uuid:public_id>/", sheets.show, name="sheet"),
    path("fiches/<uuid:public_id>/modifier/", sheets.edit, name="sheet_edit"),
    path("fiches/<uuid:public_id>/publier/", sheets.publish, name="sheet_publish"),
    path("fiches/<uuid:public_id>/relue/", sheets.confirm, name="sheet_confirm"),
    path("fiches/<uuid:public_id>/archiver/", sheets.archive, name="sheet_archive"),
    path("modeles/", modules.index, name="text_modules"),
    path("modeles/nouveau/", modules.new, name="text_module_new"),
    path("modeles/<uuid:public_id>/", modules.edit, name="text_module_edit"),
    path("annuaire/", annuaire.index, name="annuaire"),
    path("annuaire/chercher/", annuaire.search_annuaire, name="annuaire_search"),
    path("annuaire/partages/", shares.index, name="annuaire_shares"),
    path(
        "annuaire/partages/<uuid:public_id>/accepter/", shares.accept, name="annuaire_share_accept"
    ),
    path(
        "annuaire/partages/<uuid:public_id>/retirer/",
        shares.withdraw,
        name="annuaire_share_withdraw",
    ),
]
