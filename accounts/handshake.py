"""Who opens a socket: by session cookie (then the Origin must be ours) or by token (then there is neither)."""

from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http.request import validate_host
from django.utils.crypto import constant_time_compare

from accounts.models import Token, User
from accounts.token import bearer
from realtime import codes, database
from realtime.consumer import UNAVAILABLE, CloseError
from realtime.wire import Refused


class HandshakeMiddleware:
    """Sets ``scope["user"]`` (or None), ``scope["session_key"]``, ``scope["anonymous"]`` (what came instead of a
    user), and ``scope["refusal"]`` when the socket must be closed after saying why: a browser cannot read a refused
    handshake.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        headers = dict(scope["headers"])
        scope = {**scope, "user": None, "session_key": None, "anonymous": "nobody", "refusal": None}
        try:
            await self._find_user(scope, headers)
        except database.AWAY:
            scope["refusal"] = CloseError(codes.UNAVAILABLE, UNAVAILABLE)
        return await self.application(scope, receive, send)

    async def _find_user(self, scope: dict[str, Any], headers: dict[bytes, bytes]) -> None:
        token = bearer(headers.get(b"authorization", b"").decode("latin1"))
        if token is not None:
            scope["user"] = await database.run(Token.find_user, token)
            if scope["user"] is None:
                scope["refusal"] = CloseError(codes.SIGNED_OUT, Refused("bad_token", "a valid token", "an unknown one"))
            return
        origin = headers.get(b"origin", b"").decode("latin1")
        if origin and not same_site(origin, headers.get(b"host", b"").decode("latin1")):
            scope["refusal"] = CloseError(codes.WRONG_ORIGIN, Refused("wrong_origin", "a page of this site", origin))
            return
        key = session_key(headers.get(b"cookie", b"").decode("latin1"))
        # A cookie without an Origin is no browser of ours: it may watch like anybody, but not act as that user.
        if key is not None and origin:
            scope["user"] = await database.run(user_of_session, key)
            scope["session_key"] = key
            scope["anonymous"] = "an expired session"


def same_site(origin: str, host: str) -> bool:
    """Whether the page of ``origin`` is served by the ``host`` that was asked, and that host is allowed."""
    asked = urlsplit(f"//{host}").hostname or ""
    came = urlsplit(origin)
    allowed = settings.ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
    name = f"[{asked}]" if ":" in asked else asked
    own = came.netloc == host and validate_host(name, allowed)
    return own or origin in settings.CSRF_TRUSTED_ORIGINS


def session_key(cookie: str) -> str | None:
    found = SimpleCookie(cookie).get(settings.SESSION_COOKIE_NAME)
    return found.value if found else None


def user_of_session(key: str) -> User | None:
    """The active user whose session this is, as ``django.contrib.auth.get_user`` finds it from a request."""
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    user: User | None = User.objects.filter(pk=session[SESSION_KEY], is_active=True).first()
    if user is None or not constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    return user
