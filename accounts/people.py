"""Who acts in a request: the signed-in user, or a guest made on the spot, so that a stranger needs one click."""

from django.contrib.auth import login
from django.http import HttpRequest

from accounts.guests import make_guest
from accounts.models import User


def person(request: HttpRequest) -> User:
    """The user of the request; a stranger becomes a guest and is signed in."""
    if isinstance(request.user, User):
        return request.user
    guest = make_guest()
    login(request, guest, backend="django.contrib.auth.backends.ModelBackend")
    return guest
