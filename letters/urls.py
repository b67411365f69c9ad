"""Addresses of the register of letters."""

from django.urls import path

from letters.views import register

urlpatterns = [
    path("courriers/", register.index, name="letters"),
]
