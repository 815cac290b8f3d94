"""How often the same address may try something on a public page.

Counted in the cache, which may be gone: then nobody is held up. The limits of
signing in are not here; they live in PostgreSQL.
"""

import ipaddress
import logging
from datetime import UTC, datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from complaints.circuit import Circuit

NOBODY_KNOWS = "0.0.0.0"

counter = Circuit()
logger = logging.getLogger(__name__)


def too_many(what: str, who: str, *, most: int, seconds: int) -> datetime | None:
    """Count one try of `what` (a constant of the caller's) by `who` (an address, or "everybody"). None: go on. Else it
    is more than `most` in this stretch of `seconds`, and this is the moment, by the wall clock, from which it may be
    tried again."""
    stretch = int(timezone.now().timestamp()) // seconds
    if _count(f"limit:{what}:{_hidden(what, who)}:{stretch}", seconds) <= most:
        return None
    return datetime.fromtimestamp((stretch + 1) * seconds, UTC)


def client_address(request: HttpRequest) -> str:
    """Who asks, by IP address: what our outermost proxy heard (PROXY_DEPTH of them), not what the client says of
    itself. 0.0.0.0 where nobody knows (a server that listens on a socket)."""
    direct = request.META.get("REMOTE_ADDR", "")
    heard = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    depth = settings.PROXY_DEPTH
    told = heard[-depth] if 0 < depth <= len(heard) else direct
    return _as_address(told) or _as_address(direct) or NOBODY_KNOWS


def _count(key: str, seconds: int) -> int:
    """How often it was tried, this time included; 0 when the cache does not say."""
    if counter.is_open:
        return 0
    try:
        # Kept for longer than it is counted, so that it cannot run out between the two.
        return 1 if cache.add(key, 1, timeout=2 * seconds) else cache.incr(key)
    except Exception as error:
        counter.open()
        logger.warning(
            "The limits are not counted: %s. The cache is tried again in half a minute.", type(error).__name__
        )
        return 0


def _hidden(what: str, who: str) -> str:
    """Nobody's address stands in the cache; with the key of this desk, so that nobody can try all addresses."""
    return salted_hmac("complaints.limits", f"{what}:{who}", algorithm="sha256").hexdigest()


def _as_address(text: str) -> str:
    """In one spelling, without the port that some proxies add; nothing if it is no address."""
    bare = text.removeprefix("[").partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)
