"""Addresses of the telephony app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
