"""Accounts are made by an administrator: nobody signs up alone."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Agents have no user name."""

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Links that leave by mail start with the configured address, never the Host header."""
        uidb36, _dash, token = key.partition("-")
        names = {"uidb36": uidb36, "key": token}
        return settings.PUBLIC_BASE_URL + reverse("account_reset_password_from_key", kwargs=names)
