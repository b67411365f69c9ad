"""Addresses of the outbox app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
