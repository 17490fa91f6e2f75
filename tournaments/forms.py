"""The form of a tournament: name and places; the rest has good defaults."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import flood
from game.choices import POINTS, ChoiceForm
from realtime.wire import Refused
from tournaments import registration
from tournaments.conditions import MOST_MATCHES, MOST_RATING, NONE, Conditions
from tournaments.formats import engine, refused
from tournaments.formats.options import MOST_MINUTES, NO_OPTIONS, Options
from tournaments.models import Tournament
from tournaments.registration import LARGEST, NAME_LENGTH, SMALLEST, Plan

FORMATS = {
    "single_elimination": _("Single elimination"),
    "double_elimination": _("Double elimination"),
    "round_robin": _("Round robin"),
    "swiss": _("Swiss"),
    "groups": _("Groups, then play-offs"),
    "arena": _("Arena"),
}
SEEDINGS = {
    Tournament.Seeding.RATING: _("By rating"),
    Tournament.Seeding.RANDOM: _("At random"),
    Tournament.Seeding.ENTRY: _("Who entered first"),
    Tournament.Seeding.HAND: _("By hand"),
}
GRAND_FINALS = {
    "reset": _("Two, if the first goes to the losers' champion"),
    "single": _("One"),
    "none": _("None: the winners' champion wins"),
}
SERIES = {1: _("One"), 3: _("Best of 3"), 5: _("Best of 5"), 7: _("Best of 7")}
KNOCKOUTS = ("single_elimination", "double_elimination")
# Fields of the form that are options of a format, by their names there.
OPTIONS = (
    *("best_of", "third_place", "grand_final", "cycles", "rounds", "wins", "losses"),
    *("groups", "group_format", "advance", "play_offs", "minutes"),
)


def _choice(label: Any, choices: dict[Any, Any], initial: Any, coerce: Any = str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=list(choices.items()), coerce=coerce, initial=initial, empty_value=initial, required=False
    )


def _number(label: Any, least: int, most: int, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, required=False, help_text=help_text)


class TournamentForm(ChoiceForm):
    """A new tournament, or a change of one that has not begun."""

    field_order = ("name", "format", "size", "points")

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH)
    format = _choice(_("Format"), FORMATS, "single_elimination")
    size = forms.IntegerField(label=_("Places"), min_value=SMALLEST, max_value=LARGEST, initial=16)
    points = forms.TypedChoiceField(
        label=_("Points to win"),
        choices=[(p, str(p)) for p in POINTS],
        coerce=int,
        initial=5,
        empty_value=5,  # type: ignore[arg-type]
        required=False,
    )
    # -- the format's options
    best_of = _choice(_("Matches in a series"), SERIES, 1, int)
    third_place = forms.BooleanField(label=_("Match for third place"), required=False)
    grand_final = _choice(_("Grand finals"), GRAND_FINALS, "reset")
    cycles = _choice(_("Everybody meets everybody"), {1: _("Once"), 2: _("Twice")}, 1, int)
    rounds = _number(_("Rounds"), 1, 99, _("Empty: as many as a knock-out would take."))
    wins = _number(_("Wins that take one through"), 1, 20, _("With the losses below, instead of a number of rounds."))
    losses = _number(_("Losses that put one out"), 1, 20)
    groups = _number(_("Groups"), 1, 256, _("Empty: groups of four."))
    group_format = _choice(
        _("In the groups"), {name: FORMATS[name] for name in ("round_robin", "double_elimination")}, "round_robin"
    )
    advance = _number(_("How many of each group go on"), 1, 16)
    play_offs = _choice(_("Play-offs"), {name: FORMATS[name] for name in KNOCKOUTS}, KNOCKOUTS[0])
    minutes = _number(_("Minutes that an arena lasts"), 1, MOST_MINUTES, _("Empty: 10."))
    # -- before the start
    seeding = _choice(_("Seeding"), SEEDINGS, Tournament.Seeding.RATING)
    starts = forms.DateTimeField(
        label=_("Starts at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"),
        help_text=_("Empty: you press Start."),
    )
    zone_min = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=-900, max_value=900)
    check_in_min = _number(
        _("Check-in opens before the start, minutes"), 0, registration.MOST_CHECK_IN_MIN, _("Empty: no check-in.")
    )
    repeat_days = _number(_("The next one, so many days later"), 0, registration.MOST_REPEAT_DAYS, _("Empty: none."))
    # -- who may enter
    password = forms.CharField(label=_("Password"), max_length=100, required=False, strip=True)
    no_password = forms.BooleanField(label=_("No password any more"), required=False)
    by_invitation = forms.BooleanField(
        label=_("By invitation"), required=False, help_text=_("Only who has the link may enter.")
    )
    claimed = forms.BooleanField(label=_("Only accounts of one's own, no guests"), required=False)
    least_rating = _number(_("Lowest rating"), 0, MOST_RATING)
    most_rating = _number(_("Highest rating"), 0, MOST_RATING)
    matches = _number(_("Matches played before"), 0, MOST_MATCHES)
    aliases = forms.BooleanField(
        label=_("Other names allowed"), required=False, help_text=_("Everybody may enter under a name for this one.")
    )
    hot_seat = forms.BooleanField(
        label=_("At one screen"), required=False, help_text=_("You enter the names; they play in turn at your screen.")
    )
    draft = forms.BooleanField(label=_("Draft"), required=False, help_text=_("Only you see it until you open it."))

    def __init__(self, data: Any = None, *, of: Tournament | None = None, like: Tournament | None = None) -> None:
        """``of`` is the tournament to be changed, ``like`` one that the new one is to resemble."""
        model = of or like
        super().__init__(data, initial=_initial(model) if model is not None else None)
        self._of, self._model = of, model
        if of is not None:
            del self.fields["draft"]  # it is opened by a button
            self.fields["password"].help_text = _("Empty: as it is.") if of.password else ""
        if of is None or not of.password:
            del self.fields["no_password"]

    def clean_name(self) -> str:
        """The same cleaning as a line of chat: nothing that hides or reorders text."""
        try:
            name = flood.clean(self.cleaned_data["name"])
        except flood.Refused as refused:
            raise forms.ValidationError(_("Give it a name that can be read.")) from refused
        if len(name) > NAME_LENGTH:  # some letters are two when they are composed as Unicode wants it
            raise forms.ValidationError(_("Give it a shorter name."))
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        try:
            self.plan = self._plan(cleaned)
            registration.check(cleaned["size"], self.choice, self.plan, self._of)
        except refused.Refused as no:
            name = no.expected.partition(":")[0]
            self.add_error(name if name in self.fields else "format", f"{_('Expected')} {no.expected}")
        except Refused as no:
            self.add_error(FIELDS.get(no.code, "size"), f"{_('Expected')} {no.expected}")
        except ValueError as no:
            self.add_error("most_rating", str(no))
        return cleaned

    def _plan(self, cleaned: dict[str, Any]) -> Plan:
        takes = engine.begin(cleaned["format"]).format.takes
        chosen = {name: cleaned[name] for name in OPTIONS if name in takes and cleaned[name] not in (None, "")}
        conditions = {f.name: cleaned[f.name] for f in fields(Conditions) if cleaned[f.name] not in (None, "")}
        return Plan(
            format=cleaned["format"],
            options=Options(**{**_kept(self._model, cleaned["format"]), **chosen}),
            starts_ms=_wall_ms(cleaned["starts"], cleaned["zone_min"]),
            check_in_min=cleaned["check_in_min"] or 0,
            repeat_days=cleaned["repeat_days"] or 0,
            conditions=Conditions(**conditions),
            password=self._password(cleaned),
            draft=cleaned.get("draft", False),
            **{name: cleaned[name] for name in ("seeding", "by_invitation", "aliases", "hot_seat")},
        )

    def _password(self, cleaned: dict[str, Any]) -> str | None:
        if self._of is None or cleaned["password"] or cleaned.get("no_password"):
            return str(cleaned["password"])
        return None


FIELDS = {"past": "starts", "option": "format"}  # of refusals


def _kept(of: Tournament | None, format: str) -> dict[str, Any]:
    """What a program chose that this form does not show."""
    if of is None or of.format != format:
        return {}
    options = Options.from_dict(of.options or {})
    return {name: getattr(options, name) for name in options.chosen() if name not in OPTIONS}


def _wall_ms(starts: datetime | None, zone_min: int | None) -> int | None:
    """The start in wall time. It comes in the browser's time, which is so many minutes behind UTC, or in the site's."""
    if starts is None:
        return None
    local = starts if timezone.is_naive(starts) else timezone.make_naive(starts)
    if zone_min is None:
        return round(timezone.make_aware(local).timestamp() * 1000)
    return round(local.replace(tzinfo=UTC).timestamp() * 1000) + zone_min * 60_000


def _initial(of: Tournament) -> dict[str, Any]:
    options = Options.from_dict(of.options or {})
    conditions = Conditions.from_dict(of.conditions)
    initial: dict[str, Any] = {
        name: getattr(of, name)
        for name in ("name", "format", "size", "points", "paddle", "pace", "seeding", "aliases", "hot_seat")
    }
    initial |= {name: getattr(options, name) for name in OPTIONS if getattr(options, name) != getattr(NO_OPTIONS, name)}
    initial |= {f.name: getattr(conditions, f.name) for f in fields(Conditions) if conditions != NONE}
    initial |= {"check_in_min": of.check_in_min or None, "repeat_days": of.repeat_days or None}
    initial |= {"by_invitation": bool(of.invitation), "draft": of.phase == Tournament.Phase.DRAFT}
    if of.starts_ms is not None:
        # Repeated or changed: a time that is past is none.
        initial["starts"] = datetime.fromtimestamp(of.starts_ms / 1000, tz=UTC)
    return initial
