"""Addresses of ui."""

from django.urls import path

from ui import views

urlpatterns = [
    path("", views.gallery, name="ui_gallery"),
]
