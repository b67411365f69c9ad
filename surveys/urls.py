"""Addresses of surveys: short ones for usagers, the others for agents."""

from django.urls import path

from surveys.views import answering, managing, people, results

urlpatterns = [
    path("enquete/<str:token>/", answering.by_link, name="survey_answer"),
    path("q/<str:code>/", answering.by_qr, name="survey_qr_answer"),
    path("q/<str:code>/merci/", answering.qr_thanks, name="survey_qr_thanks"),
    path("demandes/<uuid:public_id>/enquete/", managing.invite, name="survey_invite"),
    path("usagers/<uuid:public_id>/enquetes/", people.answers, name="usager_surveys"),
    path("enquetes/", managing.index, name="surveys"),
    path("enquetes/nouvelle/", managing.adopt, name="survey_adopt"),
    path("enquetes/<uuid:public_id>/", managing.show, name="survey"),
    path("enquetes/<uuid:public_id>/apercu/", managing.preview, name="survey_preview"),
    path("enquetes/<uuid:public_id>/mention/", managing.notice, name="survey_notice"),
    path("enquetes/<uuid:public_id>/ouvrir/", managing.open_it, name="survey_open"),
    path("enquetes/<uuid:public_id>/fermer/", managing.close_it, name="survey_close"),
    path(
        "enquetes/<uuid:public_id>/affiches/<uuid:service_id>/",
        managing.poster,
        name="survey_poster",
    ),
    path("enquetes/<uuid:public_id>/resultats/", results.figures, name="survey_results"),
    path(
        "enquetes/<uuid:public_id>/resultats.csv", results.figures_file, name="survey_results_file"
    ),
    path("enquetes/<uuid:public_id>/commentaires/", results.comments, name="survey_comments"),
    path(
        "enquetes/<uuid:public_id>/commentaires.csv",
        results.comments_file,
        name="survey_comments_file",
    ),
]
