"""Pages while the database is away: a plain word, and when to come back, instead of an error of ours."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from realtime import database

logger = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponse]
RETRY_S = 5


class UnavailableMiddleware:
    """Answers 503 when the database does not."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django asks here first, before it makes a 500 of what a view has raised."""
        if not isinstance(exception, database.AWAY):
            return None
        logger.warning("%s %s: the database is away: %r", request.method, request.path, exception)
        page = render_to_string("503.html")
        return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_S)})
