"""Addresses of the figures."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from engagements.api import Indicators
from engagements.views import board, demandes, engagement, merging, repeats, rules, state

urlpatterns = [
    path("", board.home, name="home"),
    path("regles-de-comptage/", rules.show, name="counting_rules"),
    path("etat/", state.show, name="state"),
    path("etat/reprendre/", state.try_again, name="state_try_again"),
    path("organisation/services/<uuid:public_id>/fusionner/", merging.merge, name="service_merge"),
    path("tableau-de-bord/", board.show, name="dashboard"),
    path("reiterations/", repeats.show, name="repeats"),
    path("api/v1/indicators/", Indicators.as_view(), name="api_indicators"),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("engagements/<int:number>/", engagement.show, name="engagement"),
    path("engagements/<int:number>/<slug:key>/", engagement.show, name="indicator"),
    path("engagements/<int:number>/<slug:key>/export.csv", engagement.export, name="indicator_csv"),
    path(
        "engagements/<int:number>/<slug:key>/demandes/", demandes.index, name="indicator_demandes"
    ),
]
