"""The content security policy: nothing inline, nothing from elsewhere."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]


class ContentSecurityPolicyMiddleware:
    """Add the policy to every page. Who may be framed by others (Django's ``xframe_options_exempt``) is so here too.
    Sockets are named by host, since older Safari does not count ``ws:`` as 'self'.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        host = request.META.get("HTTP_HOST", "")
        ancestors = "*" if getattr(response, "xframe_options_exempt", False) else "'none'"
        response.headers.setdefault(
            "Content-Security-Policy",
            "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
            f"frame-ancestors {ancestors}; connect-src 'self' ws://{host} wss://{host}",
        )
        return response
