"""The pages of a server that a program needs: an account for itself, and a new tournament."""

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

from tournaments.exhibition.failed import Failed

TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class Account:
    """A bot's account on the server."""

    id: int
    name: str
    token: str


class _StayHere(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer: its address is what we want to know."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Site:
    """A server by its address, such as http://127.0.0.1:8000. Blocks: to be called in a thread."""

    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise Failed(f"expected an address such as http://127.0.0.1:8000, came {url!r}")
        self.url = url.rstrip("/")
        self.sockets = "ws" + self.url.removeprefix("http")
        # No proxy, as in connection.py.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _StayHere())

    def make_bot(self) -> Account:
        """A new account for a bot, with a name of the server's choice."""
        status, _, body = self._post("/accounts/bot/", {})
        if status != 201:
            raise Failed(f"POST {self.url}/accounts/bot/: expected 201 and a token, came {status}: {body[:200]}")
        made = json.loads(body)
        return Account(made["id"], made["name"], made["token"])

    def new_tournament(self, organiser: Account, form: dict[str, str]) -> int:
        """A new tournament of this organiser, by the fields of the form; gives its id."""
        status, location, body = self._post("/tournaments/new/", form, organiser.token)
        found = re.search(r"/tournaments/(\d+)/$", location)
        if status != 303 or found is None:
            wanted = "303 and the address of a tournament"
            errors = " ".join(re.findall(r'class="errorlist"[^>]*>(.*?)</ul>', body, re.DOTALL)) or body[:200]
            raise Failed(f"POST {self.url}/tournaments/new/: expected {wanted}, came {status}: {errors}")
        return int(found[1])

    def _post(self, path: str, form: dict[str, str], token: str = "") -> tuple[int, str, str]:
        """Status, Location and body of the answer."""
        request = urllib.request.Request(self.url + path, urllib.parse.urlencode(form).encode())
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            answer = self._opener.open(request, timeout=TIMEOUT_S)
        except urllib.error.HTTPError as refused:
            answer = refused
        except (OSError, ValueError) as error:
            why = getattr(error, "reason", error)
            hint = "Start one with  make run  or say where it is with --url."
            raise Failed(f"No server answers at {self.url} ({why}). {hint}") from None
        with answer:
            return answer.status, answer.headers.get("Location", ""), answer.read().decode(errors="replace")
