"""A ceiling on what one address sends to a webhook; the address itself is kept nowhere."""

import hashlib
import hmac
import logging
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# Two calls a second: a whole call centre, not a flood.
CALLS_PER_MINUTE = 120


def is_flooding(webhook: str, address: str, *, at: datetime) -> bool:
    """Count one more; true beyond the ceiling of the minute. Without a cache nothing is refused."""
    words = f"{webhook} {address} {at:%Y-%m-%d %H:%M}".encode()
    trace = hmac.new(settings.SECRET_KEY.encode(), words, hashlib.sha256).hexdigest()[:32]
    key = f"telephony:{trace}"
    try:
        cache.add(key, 0, timeout=120)
        return cache.incr(key) > CALLS_PER_MINUTE
    except (RedisError, OSError, ValueError) as error:
        logger.warning("Webhook rate limit unavailable: %s", type(error).__name__)
        return False
