"""Addresses of the queue: short ones for the tablet and the screen, the others for agents."""

from django.urls import path

from waiting.views import desk, figures, public, rooms

urlpatterns = [
    path("borne/<str:code>/", public.tablet, name="queue_tablet"),
    path(
        "borne/<str:code>/tickets/<uuid:ticket>/",
        public.tablet_ticket,
        name="queue_tablet_ticket",
    ),
    path("ecran/<str:code>/", public.screen, name="queue_screen"),
    path("attente/", desk.index, name="queues"),
    path("attente/chiffres/", figures.figures, name="queue_figures"),
    path("attente/chiffres/tickets/", figures.tickets, name="queue_tickets"),
    path("attente/files/", rooms.index, name="queue_rooms"),
    path("attente/files/nouvelle/", rooms.new, name="queue_room_new"),
    path("attente/files/<uuid:public_id>/", rooms.edit, name="queue_room"),
    path(
        "attente/files/<uuid:public_id>/liens/<str:link>/renouveler/",
        rooms.renew,
        name="queue_link_renew",
    ),
    path(
        "attente/files/<uuid:public_id>/liens/<str:link>/retirer/",
        rooms.revoke,
        name="queue_link_revoke",
    ),
    path("attente/<uuid:public_id>/", desk.show, name="queue"),
    path("attente/<uuid:public_id>/ticket/", desk.give, name="queue_give"),
    path("attente/<uuid:public_id>/suivant/", desk.call_next, name="queue_call_next"),
    path(
        "attente/tickets/<uuid:public_id>/rappeler/",
        desk.call_again,
        name="queue_ticket_call_again",
    ),
    path("attente/tickets/<uuid:public_id>/terminer/", desk.end, name="queue_ticket_end"),
    path("attente/tickets/<uuid:public_id>/parti/", desk.gone, name="queue_ticket_gone"),
    path("attente/tickets/<uuid:public_id>/remettre/", desk.put_back, name="queue_ticket_put_back"),
]
