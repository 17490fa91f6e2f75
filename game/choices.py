"""What people choose of a game, on forms, and in words."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from game.pong.court import AS_IN_1972, NORMAL, PACES, PADDLES, Choice

POINTS = (3, 5, 11)  # what is offered

PADDLE_NAMES = {"small": gettext_lazy("Small"), "normal": gettext_lazy("Normal"), "large": gettext_lazy("Large")}
PACE_NAMES = {
    "steady": gettext_lazy("Steady, no speed-up"),
    "classic": gettext_lazy("Classic speed-up"),
    "fast": gettext_lazy("Fast"),
}


class PointsForm(forms.Form):
    """Points to win alone: the rest is the plain game."""

    points = forms.TypedChoiceField(choices=[(p, p) for p in POINTS], coerce=int, empty_value=11, required=False)  # type: ignore[arg-type]


class ChoiceForm(PointsForm):
    """All that can be chosen; what is left out is as in the plain game."""

    paddle = forms.TypedChoiceField(
        label=gettext_lazy("Paddles"),
        choices=[(name, PADDLE_NAMES[name]) for name in PADDLES],
        initial=NORMAL,
        empty_value=NORMAL,
        required=False,
    )
    pace = forms.TypedChoiceField(
        label=gettext_lazy("Pace"),
        choices=[(name, PACE_NAMES[name]) for name in PACES],
        initial=AS_IN_1972,
        empty_value=AS_IN_1972,
        required=False,
    )

    @property
    def choice(self) -> Choice:
        """Of a form that is valid."""
        return Choice(*(self.cleaned_data[name] for name in ("points", "paddle", "pace")))


def of(rules_id: str) -> Choice | None:
    """The choice that gives rules of this name; None for rules that nobody can choose (any more)."""
    points, *unusual = rules_id.removeprefix("classic-").split("-")
    paddle = next((part for part in unusual if part in PADDLES), NORMAL)
    pace = next((part for part in unusual if part in PACES), AS_IN_1972)
    if not points.isdecimal() or len(points) > 2 or not 1 <= int(points) <= 21:
        return None
    choice = Choice(int(points), paddle, pace)
    return choice if choice.id == rules_id else None


def described(choice: Choice | None) -> list[str]:
    """What is unusual about it, in words: nothing for the plain game."""
    if choice is None:
        return [_("rules of its own")]
    words = {
        "small": _("small paddles"),
        "large": _("large paddles"),
        "steady": _("steady pace"),
        "fast": _("fast"),
    }
    return [words[part] for part in (choice.paddle, choice.pace) if part in words]


def head(choice: Choice) -> dict[str, Any]:
    """It as the wire and pages have it."""
    return {"points": choice.points, "paddle": choice.paddle, "pace": choice.pace}
