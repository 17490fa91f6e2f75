"""The pages of whoever operates the platform, answered before Django: for any Host, since a load balancer asks by
address, and without a session, a middleware or a thread.
"""

import ipaddress
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.crypto import constant_time_compare

from accounts.token import bearer
from config import health, measured
from realtime import process

Scope = dict[str, Any]
JSON = "application/json"
TEXT = "text/plain; version=0.0.4; charset=utf-8"

# A request that came through nginx or Caddy has one of these: its address on this machine is the proxy's.
FORWARDED = (b"forwarded", b"via", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip")


class OperationsMiddleware:
    """Answers ``/healthz``, ``/readyz`` and ``/metrics``; everything else is the ``application``'s."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        page = PAGES.get(scope["path"])
        if page is None:
            await self.application(scope, receive, send)
            return
        if scope["method"] not in ("GET", "HEAD"):
            status, kind, body = 405, TEXT, f"expected GET, came {scope['method']}\n"
        else:
            status, kind, body = await page(scope)
        answer = body.encode()
        headers = [
            (b"content-type", kind.encode()),
            (b"content-length", str(len(answer)).encode()),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer})


Answer = tuple[int, str, str]  # status, content type, body


async def healthz(_scope: Scope) -> Answer:
    return 200, JSON, json.dumps({"alive": True, "process": process.name}) + "\n"


async def readyz(_scope: Scope) -> Answer:
    checks = await health.ready()
    is_ready = all(found == health.OK for found in checks.values())
    body = json.dumps({"ready": is_ready, "process": process.name, "checks": checks}) + "\n"
    return 200 if is_ready else 503, JSON, body


async def metrics(scope: Scope) -> Answer:
    headers = dict(scope["headers"])
    if not (_has_token(headers) or _is_this_machine(scope, headers)):
        return 403, TEXT, "expected a request of this machine or the bearer token METRICS_TOKEN, came neither\n"
    return 200, TEXT, await measured.everywhere()


def _has_token(headers: dict[bytes, bytes]) -> bool:
    token = bearer(headers.get(b"authorization", b"").decode("latin1"))
    wanted = settings.METRICS_TOKEN
    return bool(wanted and token and constant_time_compare(token, wanted))


def _is_this_machine(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    """Asked from this machine, by an address of this machine (not by a name that a page elsewhere made point here),
    and not by a proxy for somebody else.
    """
    if scope.get("client") is None or any(name in headers for name in FORWARDED):
        return False
    asked = urlsplit("//" + headers.get(b"host", b"").decode("latin1")).hostname or ""
    return _is_loopback(scope["client"][0]) and (asked == "localhost" or _is_loopback(asked))


def _is_loopback(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)  # ::ffff:127.0.0.1
    return (mapped or found).is_loopback


PAGES: dict[str, Callable[[Scope], Awaitable[Answer]]] = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": metrics,
}
