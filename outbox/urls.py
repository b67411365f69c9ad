"""Addresses of the outbox."""

from django.urls import path

from outbox import views

urlpatterns = [
    path("envois/", views.index, name="outbox"),
    path("envois/reprendre/", views.retry_all, name="outbox_retry_all"),
    path("envois/<uuid:public_id>/reprendre/", views.retry, name="outbox_retry"),
    path("envois/<uuid:public_id>/abandonner/", views.abandon, name="outbox_abandon"),
]
