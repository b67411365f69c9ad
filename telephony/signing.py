"""The signature of the webhook: HMAC-SHA256 over the timestamp and the body.

The secret is made from SECRET_KEY and a salt of the organisation: a copy of the database alone
cannot sign, and a new salt makes every former secret worthless.
"""

import hashlib
import hmac
import secrets

from django.conf import settings

PREFIX = "sha256="


def new_salt() -> str:
    return secrets.token_hex(32)


def secret_of(organisation_id: int, salt: str) -> str:
    words = f"telephony.webhook:{organisation_id}:{salt}"
    return hmac.new(settings.SECRET_KEY.encode(), words.encode(), hashlib.sha256).hexdigest()


def signature_of(secret: str, timestamp: str, body: bytes) -> str:
    signed = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return signed.hexdigest()


def is_signed(given: str, secret: str, timestamp: str, body: bytes) -> bool:
    """Compared in constant time, whatever was given."""
    expected = PREFIX + signature_of(secret, timestamp, body)
    return hmac.compare_digest(given.encode(), expected.encode())
