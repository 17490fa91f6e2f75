"""A format and its options in the reader's language, as pages, lists and forms say them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tournaments.formats import engine, refused
from tournaments.formats.length import matches
from tournaments.formats.options import Options
from tournaments.formats.pairing import Pairing
from tournaments.formats.swiss import Swiss
from tournaments.formats.tournament import Tournament

FORMATS = {
    "single_elimination": gettext_lazy("Single elimination"),
    "double_elimination": gettext_lazy("Double elimination"),
    "round_robin": gettext_lazy("Round robin"),
    "swiss": gettext_lazy("Swiss"),
    "groups": gettext_lazy("Groups, then play-offs"),
    "arena": gettext_lazy("Arena"),
}
# In a line, what one wants to know before choosing it.
HINTS = {
    "single_elimination": gettext_lazy("Who loses is out. The quickest one."),
    "double_elimination": gettext_lazy("Who loses twice is out: one bad match costs nobody the title."),
    "round_robin": gettext_lazy("Everybody meets everybody. For a small field."),
    "swiss": gettext_lazy("Everybody plays every round, against equals. For a large field; entering late is possible."),
    "groups": gettext_lazy("Small groups first; the best of each go on to a knock-out."),
    "arena": gettext_lazy("As many matches as one can in a set time; winning in a row pays. Come and go as you like."),
}


def described(format_name: str, options: Options) -> list[str]:
    """The format's name, then what was chosen about it: ["Swiss", "5 rounds", "best of 3"]."""
    return [str(FORMATS.get(format_name, format_name)), *_chosen(format_name, options)]


def length(format_name: str, options: Options, entrants: int) -> str:
    """How many matches it takes with this many entrants; if it cannot be drawn for them, how many it can."""
    try:
        format = engine.begin(format_name, options).format
    except refused.Refused:
        return _("not with these options")
    if entrants not in format.sizes:
        return _("for %(least)s to %(most)s") % {"least": format.sizes[0], "most": format.sizes[-1]}
    if format_name == "arena":
        return _("as many as there is time for")
    try:
        least, most = matches(format, entrants)
    except refused.Refused:
        return _("not with these options")
    series = options.best_of > 1
    if least == most:
        text = (
            ngettext("%(count)s series", "%(count)s series", most)
            if series
            else ngettext("%(count)s match", "%(count)s matches", most)
        )
        return text % {"count": most}
    if least:
        text = _("%(least)s or %(most)s series") if series else _("%(least)s or %(most)s matches")
        return text % {"least": least, "most": most}
    return (_("at most %(count)s series") if series else _("at most %(count)s matches")) % {"count": most}


def progress(state: Tournament) -> str:
    """How far one that runs has come: "round 3 of 6", "17 of 31 matches"; empty in an arena, which the clock ends."""
    format = state.format
    if state.phase != "running" or format.pairs_as_it_goes:
        return ""
    if isinstance(format, Swiss):
        words = (
            _("round %(done)s of %(all)s") if format.options.wins is None else _("round %(done)s of at most %(all)s")
        )
        return words % {"done": state.rounds_drawn, "all": format.rounds(len(state.order))}
    real = [pairing for pairing in state.pairings.values() if not pairing.place.is_bye and not _unneeded(pairing)]
    done = sum(pairing.verdict is not None for pairing in real)
    return _("%(done)s of %(all)s matches") % {"done": done, "all": len(real)}


def _unneeded(pairing: Pairing) -> bool:
    """A second grand final that nobody needs, or perhaps."""
    return pairing.place.if_needed and pairing.state in ("waiting", "void")


def _chosen(format_name: str, options: Options) -> list[str]:
    chosen = options.chosen()
    words: list[str] = []
    if format_name == "arena":
        words.append(ngettext("one minute", "%(count)s minutes", options.minutes) % {"count": options.minutes})
    if options.groups is not None:
        words.append(ngettext("one group", "%(count)s groups", options.groups) % {"count": options.groups})
    if options.group_format == "double_elimination":
        words.append(_("double elimination in the groups"))
    if format_name == "groups":
        words.append(_("%(count)s of each go on") % {"count": options.advance})
    if options.play_offs == "double_elimination":
        words.append(_("double elimination in the play-offs"))
    if options.cycles == 2:
        words.append(_("everybody meets everybody twice"))
    if options.rounds is not None:
        words.append(ngettext("one round", "%(count)s rounds", options.rounds) % {"count": options.rounds})
    if options.wins is not None:
        words.append(
            ngettext("through with one win", "through with %(count)s wins", options.wins) % {"count": options.wins}
        )
    if options.losses is not None:
        words.append(
            ngettext("out with one loss", "out with %(count)s losses", options.losses) % {"count": options.losses}
        )
    if options.third_place:
        words.append(_("match for third place"))
    if "grand_final" in chosen:
        words.append(_("one grand final") if options.grand_final == "single" else _("no grand final"))
    if options.lower:
        words.append(_("%(count)s start in the losers' bracket") % {"count": options.lower})
    if options.best_of > 1:
        words.append(_("best of %(count)s") % {"count": options.best_of})
    if [where for where, _best_of in options.best_of_in] == ["final"]:
        words.append(_("best of %(count)s in the final") % {"count": options.best_of_in[0][1]})
    elif options.best_of_in:
        counts = sorted({best_of for _where, best_of in options.best_of_in})
        words.append(_("best of %(counts)s in some rounds") % {"counts": ", ".join(map(str, counts))})
    return words
