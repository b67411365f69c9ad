"""Addresses of the waiting app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
