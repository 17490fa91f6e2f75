"""Who may enter: what an organiser asks for, checked against who comes, with the reason in a sentence."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MOST_RATING, MOST_MATCHES = 4_000, 10_000


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of somebody who wants to enter. ``rating`` is that of the tournament's points to win."""

    claimed: bool
    rating: int
    matches: int  # played to an end


@dataclass(frozen=True, slots=True)
class Conditions:
    """None of them holds by default. ValueError if they contradict each other."""

    claimed: bool = False  # an account that somebody signed up for
    least_rating: int | None = None
    most_rating: int | None = None
    matches: int = 0  # played to an end before

    def __post_init__(self) -> None:
        for rating in (self.least_rating, self.most_rating):
            if rating is not None and not 0 <= rating <= MOST_RATING:
                raise ValueError(f"expected a rating of 0 to {MOST_RATING}, came {rating}")
        if not 0 <= self.matches <= MOST_MATCHES:
            raise ValueError(f"expected matches of 0 to {MOST_MATCHES}, came {self.matches}")
        if self.least_rating is not None and self.most_rating is not None and self.least_rating > self.most_rating:
            raise ValueError(f"expected a lowest rating of at most {self.most_rating}, came {self.least_rating}")

    def missed(self, who: Standing) -> str | None:
        """The first condition that somebody does not meet, in the reader's language; None if they may enter."""
        return next((text for _name, met, text in self._each(who) if not met), None)

    def described(self) -> list[str]:
        """Every condition, in the reader's language."""
        return [text for _name, _met, text in self._each(Standing(True, 0, 0))]

    def listed(self) -> list[dict[str, Any]]:
        """Every condition that is asked for: its ``name`` here, its ``value``, and its ``text`` in the reader's
        language.
        """
        return [
            {"name": name, "value": int(getattr(self, name)), "text": text}
            for name, _met, text in self._each(Standing(True, 0, 0))
        ]

    def _each(self, who: Standing) -> Iterator[tuple[str, bool, str]]:
        if self.claimed:
            yield "claimed", who.claimed, _("an account of one's own (guests sign up first)")
        if (least := self.least_rating) is not None:
            yield "least_rating", who.rating >= least, _("a rating of at least %(rating)s") % {"rating": least}
        if (most := self.most_rating) is not None:
            yield "most_rating", who.rating <= most, _("a rating of at most %(rating)s") % {"rating": most}
        if self.matches:
            text = ngettext("one match played before", "%(count)s matches played before", self.matches)
            yield "matches", who.matches >= self.matches, text % {"count": self.matches}

    def to_dict(self) -> dict[str, object]:
        """What is not as it is by default, as JSON-ready values."""
        return {name: value for name, value in asdict(self).items() if value != getattr(NONE, name)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, object] | None) -> "Conditions":
        """What `to_dict` stored; what an older or newer version does not know is left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in (stored or {}).items() if name in known})  # type: ignore[arg-type]


NONE = Conditions()
