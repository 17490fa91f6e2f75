"""Bearer tokens over HTTP: a program acts as its account without a cookie, and so without a CSRF token."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from accounts.models import Token

Handler = Callable[[HttpRequest], HttpResponse]


def bearer(header: str) -> str | None:
    """The token of an ``Authorization`` header, or None if it is of another scheme."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


class TokenMiddleware:
    """Before the CSRF check: recognise the token. No browser adds this header by itself, so there is nothing to
    forge.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = bearer(request.META.get("HTTP_AUTHORIZATION", ""))
        if token is None:
            return self.get_response(request)
        user = Token.find_user(token)
        if user is None:
            return JsonResponse(
                {"code": "bad_token", "expected": "a valid token", "came": "an unknown one"}, status=401
            )
        request.bearer_user = user  # type: ignore[attr-defined]
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        return self.get_response(request)


class BearerMiddleware:
    """After the session's user: the token's user instead."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = getattr(request, "bearer_user", None)
        if user is not None:
            request.user = user
        return self.get_response(request)
