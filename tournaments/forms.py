"""The form of a tournament: name and places; the rest has good defaults."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import flood
from game.choices import POINTS, ChoiceForm
from realtime.clock import wall_ms
from realtime.wire import Refused
from tournaments import registration
from tournaments.conditions import MOST_MATCHES, MOST_RATING, Conditions
from tournaments.descriptions import FORMATS, HINTS, length
from tournaments.formats import engine, refused
from tournaments.formats.options import MOST_MINUTES, Options
from tournaments.models import Tournament
from tournaments.registration import LARGEST, MOST_NAMES, NAME_LENGTH, SMALLEST, Plan

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
SERIES: dict[Any, Any] = {1: _("One"), 3: _("Best of 3"), 5: _("Best of 5"), 7: _("Best of 7")}
FINAL = {"": _("As many as the others"), **SERIES}
KNOCKOUTS = ("single_elimination", "double_elimination")
# Fields of the form that are options of a format, by their names there; but the final's is one of `best_of_in`.
OPTIONS = (
    *("best_of", "best_of_final", "third_place", "grand_final", "cycles", "rounds", "wins", "losses"),
    *("groups", "group_format", "advance", "play_offs", "minutes"),
)
# Of them, what groups have only with some of their own choices: field -> (field it depends on, value).
ONLY_WITH = {
    "cycles": ("group_format", "round_robin"),
    "third_place": ("play_offs", "single_elimination"),
    "grand_final": ("play_offs", "double_elimination"),
}
# The fields of the conditions. A field called "matches" would hide the form's own `matches` from scripts.
CONDITIONS = {
    "claimed": "claimed",
    "least_rating": "least_rating",
    "most_rating": "most_rating",
    "matches": "least_matches",
}
SECTIONS = {
    "start": (_("Before the start"), ("starts", "zone_min", "check_in_min", "repeat_days", "seeding", "draft")),
    "entry": (
        _("Who may enter"),
        (
            *("password", "no_password", "by_invitation", "claimed", "least_rating", "most_rating", "least_matches"),
            *("aliases", "hot_seat"),
        ),
    ),
    "play": (_("Play"), ("paddle", "pace")),
}


def _choice(
    label: Any, choices: dict[Any, Any], initial: Any, coerce: Any = str, widget: Any = forms.Select
) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=list(choices.items()),
        coerce=coerce,
        initial=initial,
        empty_value=initial,
        required=False,
        widget=widget,
    )


def _number(label: Any, least: int, most: int, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, required=False, help_text=help_text)


class TournamentForm(ChoiceForm):
    """A new tournament, or a change of one that has not begun."""

    field_order = ("name", "format", "size", "points")

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH)
    format = _choice(_("Format"), FORMATS, "single_elimination", widget=forms.RadioSelect)
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
    best_of_final = _choice(_("In the final"), FINAL, "", int)
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
    least_matches = _number(_("Matches played before"), 0, MOST_MATCHES)
    aliases = forms.BooleanField(
        label=_("Aliases allowed"), required=False, help_text=_("Everybody may enter under another name here.")
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
            self.fields["starts"].widget.attrs["data-at"] = of.starts_ms or ""  # for the page: the reader's own time
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
        self._check_ranges(cleaned)
        if self.errors:
            return cleaned
        try:
            self.plan = self._plan(cleaned)
            registration.check(cleaned["size"], self.choice, self.plan, self._of)
        except (refused.Refused, Refused) as no:
            self.refuse(no.code, no.expected)
        return cleaned

    def refuse(self, code: str, expected: str) -> None:
        """Say at its field what a use case refused."""
        if code == "past":
            self.add_error("starts", _("That time is over. Choose a later one."))
            return
        # An option is named with what is expected of it: "rounds: at most 7 for 8 entrants".
        option, of, rest = expected.partition(": ")
        if of and option in self.fields:
            self.add_error(option, f"{_('Expected:')} {rest}")
        else:
            self.add_error("format" if code == "option" else "size", f"{_('Expected:')} {expected}")

    # -- what the template shows ---------------------------------------------------------------------------------

    @property
    def cards(self) -> list[dict[str, Any]]:
        """The formats to choose from: the radio button, its name and hint, and how many matches it takes."""
        lengths = self.lengths()
        return [
            {
                "radio": radio,
                "name": FORMATS[radio.data["value"]],
                "hint": HINTS[radio.data["value"]],
                "format": radio.data["value"],
                "length": lengths[radio.data["value"]],
            }
            for radio in self["format"]
        ]

    @property
    def options(self) -> list[dict[str, Any]]:
        """The fields that are options of some formats, with the formats whose they are."""
        return [
            {
                "field": self[name],
                "formats": " ".join(f for f in FORMATS if name in _takes(f)),
                "only": ONLY_WITH.get(name),
            }
            for name in OPTIONS
        ]

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The rest, in groups; ``open`` if something in it is wrong, or not as it is by default."""
        shown = []
        for name, (title, names) in SECTIONS.items():
            fields = [self[field] for field in names if field in self.fields]
            is_open = any(bound.errors or self._is_chosen(bound) for bound in fields)
            if name == "entry" and self._of is not None:
                is_open = is_open or bool(self._of.password)
            shown.append({"name": name, "title": title, "fields": fields, "open": is_open})
        return shown

    def lengths(self) -> dict[str, str]:
        """How many matches each format takes with what the form says so far, in words; "" while that is no number."""
        values = {name: self._so_far(name) for name in ("size", *OPTIONS)}
        size = values.pop("size")
        if size is None:
            return dict.fromkeys(FORMATS, "")
        return {name: self._length(name, size, values) for name in FORMATS}

    # -- inside --------------------------------------------------------------------------------------------------

    def _length(self, format: str, size: int, values: dict[str, Any]) -> str:
        try:
            options = Options(**_chosen(format, values))
        except refused.Refused:
            return str(_("not with these options"))
        return length(format, options, size)

    def _so_far(self, name: str) -> Any:
        try:
            return self.fields[name].clean(self[name].value())
        except forms.ValidationError:
            return None

    def _is_chosen(self, bound: forms.BoundField) -> bool:
        if bound.is_hidden:
            return False
        value, usual = bound.value(), bound.field.initial
        return str(value or "") not in ("", str(usual or ""))

    def _check_ranges(self, cleaned: dict[str, Any]) -> None:
        """What can be said better here than by a refusal."""
        sizes = engine.begin(cleaned["format"]).format.sizes
        most = min(sizes[-1], MOST_NAMES) if cleaned["hot_seat"] else sizes[-1]
        if not sizes[0] <= cleaned["size"] <= most:
            name = _("One screen") if most < sizes[-1] else FORMATS[cleaned["format"]]
            takes = _("%(format)s takes %(least)s to %(most)s entrants.")
            self.add_error("size", takes % {"format": name, "least": sizes[0], "most": most})
        least, most = cleaned["least_rating"], cleaned["most_rating"]
        if least is not None and most is not None and least > most:
            self.add_error("most_rating", _("Nobody could enter: it is below the lowest rating."))

    def _plan(self, cleaned: dict[str, Any]) -> Plan:
        kept, chosen = _kept(self._model, cleaned["format"]), _chosen(cleaned["format"], cleaned)
        series = kept.get("best_of_in", ()) + chosen.get("best_of_in", ())
        conditions = {name: cleaned[field] for name, field in CONDITIONS.items() if cleaned[field] not in (None, "")}
        return Plan(
            format=cleaned["format"],
            options=Options(**{**kept, **chosen, "best_of_in": series}),
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


def _takes(format: str) -> frozenset[str]:
    rules = engine.begin(format).format
    return rules.takes | {"best_of_final"} if "final" in rules.series_in else rules.takes


def _chosen(format: str, values: dict[str, Any]) -> dict[str, Any]:
    """The options of a format among the values of the form: what other formats have is ignored."""
    takes = set(_takes(format))
    if format == "groups":
        takes -= {name for name, (other, value) in ONLY_WITH.items() if values[other] != value}
    chosen = {name: values[name] for name in OPTIONS if name in takes and values[name] not in (None, "")}
    if (final := chosen.pop("best_of_final", None)) is not None:
        chosen["best_of_in"] = (("final", final),)
    return chosen


def _kept(of: Tournament | None, format: str) -> dict[str, Any]:
    """What a program chose that this form does not show."""
    if of is None or of.format != format:
        return {}
    options = Options.from_dict(of.options or {})
    kept = {name: getattr(options, name) for name in options.chosen() if name not in OPTIONS}
    if "best_of_in" in kept:
        kept["best_of_in"] = tuple(of for of in options.best_of_in if of[0] != "final")
    return kept


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
    initial |= {name: getattr(options, name) for name in options.chosen() if name in OPTIONS}
    initial["best_of_final"] = dict(options.best_of_in).get("final", "")
    initial |= {field: getattr(conditions, name) or None for name, field in CONDITIONS.items()}
    initial |= {"check_in_min": of.check_in_min or None, "repeat_days": of.repeat_days or None}
    initial |= {"by_invitation": bool(of.invitation), "draft": of.phase == Tournament.Phase.DRAFT}
    if of.starts_ms is not None and of.starts_ms > wall_ms():  # repeated: a time that is past is none
        initial["starts"] = datetime.fromtimestamp(of.starts_ms / 1000, tz=UTC)
    return initial
