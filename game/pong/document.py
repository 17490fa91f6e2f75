"""A match as one document that stands by itself: plain JSON, read by any player (docs/replays.md), proved by `verify`.

Its rallies are the stored records in fewer letters: the commands of each side apart, times and commands apart, and of
an opening that follows from the rally before only what does not: when the serve left. That is a quarter less after
compression. A rally's `sum` is the CRC-32 of its numbers, so that a damaged one can be named.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from zlib import crc32

from . import court
from .paddle import FARTHEST_PX, TOP
from .rally import LONGEST_HOLD_MS, PRIME, pack, postpone, unpack
from .replay import ENGINE, Record, Told, commands, replay, verify
from .whole import LATEST_MS, whole
from .whole import side as side_of

FORMAT = "rallypoint-replay-1"
KEYS = ("format", "engine", "match", "seats", "ruleset", "seed", "rallies", "result", "digest")
RALLY_KEYS = ("epoch", "opening", "log", "holds", "a", "b", "side", "sum")
MOST_ENTRIES = 1_000_000  # of a log: hours of sixty commands a second


def document(
    match: dict[str, Any],
    seats: Sequence[dict[str, Any]],
    rules: court.Ruleset,
    seed: int,
    rallies: Sequence[Told],
    result: dict[str, Any] | None,
) -> dict[str, Any]:
    """The document of a match; `match`, `seats` and `result` are what a player shows of it.

    Raises ValueError if the rallies are not what their commands give: what is handed out is true.
    """
    verdict = verify(rules, seed, rallies)
    if verdict.differences:
        raise ValueError("; ".join(f"rally {number}: {text}" for number, text in verdict.differences))
    return {
        "format": FORMAT,
        "engine": ENGINE,
        "match": match,
        "seats": list(seats),
        "ruleset": court.to_dict(rules),
        "seed": seed,
        "rallies": [rally(told, before) for told, before in zip(rallies, (None, *rallies), strict=False)],
        "result": result,
        "digest": verdict.outcome.digest,
    }


def rally(told: Told, previous: Told | None) -> dict[str, Any]:
    """One rally as the document has it, `previous` being the one that it followed."""
    record = told.record
    serve_ms = record["opening"][6]
    follows = previous is not None and previous.record["epoch"] == record["epoch"]
    logs: list[list[list[int]]] = [[[], []], [[], []]]
    before = [serve_ms, serve_ms]
    for t, side, command in commands(record):
        logs[side][0].append(t - before[side])
        logs[side][1].append(command)
        before[side] = t
    shown: dict[str, Any] = {"epoch": record["epoch"], "opening": [serve_ms] if follows else record["opening"]}
    shown["log"] = logs
    shown |= {"holds": record["holds"], "a": told.a, "b": told.b, "side": told.side}
    return shown | {"sum": checksum(shown)}


def checksum(shown: dict[str, Any]) -> int:
    """CRC-32 of a rally's numbers, in the order of its keys, with commas between."""
    return crc32(",".join(map(str, _numbers([shown[key] for key in RALLY_KEYS[:-1]]))).encode())


def _numbers(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for part in value:
            yield from _numbers(part)
    else:
        yield value


def read(found: Any) -> tuple[court.Ruleset, int, list[Told]]:
    """The ruleset, the seed and the rallies of a document, as they were stored.

    Raises ValueError, saying what was expected and what came.
    """
    rules, seed = _head(found)
    told, broken = _read(rules, found["rallies"])
    if broken is not None:
        raise ValueError(f"rally {len(told) + 1}: {broken}")
    return rules, seed, told


def _head(found: Any) -> tuple[court.Ruleset, int]:
    _keys("the document", found, KEYS)
    if found["format"] != FORMAT:
        raise ValueError(f"format: expected {FORMAT!r}, came {_short(found['format'])}")
    if found["engine"] != ENGINE:
        raise ValueError(f"engine: expected {ENGINE!r}, came {_short(found['engine'])}")
    rules = court.from_dict(found["ruleset"])
    _list("rallies", found["rallies"], 2 * rules.points - 1)
    return rules, whole("seed", found["seed"], 1, PRIME - 1)


def _read(rules: court.Ruleset, rallies: list[Any]) -> tuple[list[Told], str | None]:
    """The rallies up to the first that cannot be read, and why it cannot."""
    told: list[Told] = []
    for shown in rallies:
        try:
            told.append(_told(rules, shown, told[-1].record if told else None))
        except ValueError as error:
            return told, str(error)
    return told, None


def differences(found: Any) -> list[str]:
    """How a document differs from what its own commands give: "rally 3: expected ..., came ..."; none if it is true."""
    try:
        rules, seed = _head(found)
    except ValueError as error:
        return [str(error)]
    told, broken = _read(rules, found["rallies"])
    verdict = verify(rules, seed, told)
    named = dict(_wrong_sums(found["rallies"][: len(told)])) | dict(verdict.differences)
    if broken is not None:
        named[len(told) + 1] = broken
    texts = [f"rally {number}: {named[number]}" for number in sorted(named)]
    if broken is not None:
        return texts
    outcome = verdict.outcome
    texts += [f"result: {text}" for text in _result(rules, (outcome.a, outcome.b), found["result"])]
    if not texts and found["digest"] != outcome.digest:
        texts.append(f"digest: expected {outcome.digest}, came {_short(found['digest'])}")
    return texts


def _wrong_sums(rallies: list[dict[str, Any]]) -> Iterator[tuple[int, str]]:
    for number, shown in enumerate(rallies, 1):
        if (due := checksum(shown)) != shown["sum"]:
            yield number, f"sum: expected {due}, came {_short(shown['sum'])}"


def _result(rules: court.Ruleset, score: tuple[int, int], result: Any) -> list[str]:
    if result is None:
        return []
    try:
        _keys("result", result, ("winner", "score", "reason"))
    except ValueError as error:
        return [str(error)]
    return wrong_result(rules, score, result["winner"], result["score"], result["reason"])


def wrong_result(rules: court.Ruleset, score: tuple[int, int], winner: Any, came: Any, reason: Any) -> list[str]:
    """What is wrong with a result, held against the `score` that the rallies came to.

    Only by points a match needs all of them: one that was resigned, forfeited or called off has the score it has.
    """
    wrong = []
    if not isinstance(came, list | tuple) or tuple(came) != score:
        shown = "-".join(map(str, came)) if isinstance(came, list | tuple) else repr(came)
        wrong.append(f"expected {score[0]}-{score[1]} as the rallies have it, came {shown}")
    reached = [side for side in (0, 1) if score[side] >= rules.points]
    if reached and (winner, reason) != (reached[0], "points"):
        wrong.append(f"expected side {reached[0]} to win by points, came winner {winner!r} by {reason!r}")
    elif reason == "points" and not reached:
        wrong.append(f"expected a side with {rules.points} points, came {score[0]}-{score[1]}")
    return wrong


def _told(rules: court.Ruleset, shown: Any, previous: Record | None) -> Told:
    """A rally of the document, as it is stored."""
    _keys("the rally", shown, RALLY_KEYS)
    epoch = whole("epoch", shown["epoch"], 0, LATEST_MS)
    opening = _list("opening", shown["opening"], 15, 1)
    if len(opening) == 1 and previous is not None and previous["epoch"] == epoch:
        _, end = replay(rules, previous)
        t0 = whole("opening", opening[0], 0, LATEST_MS)
        opening = pack(end if t0 == end.ball.t0 else postpone(rules, end, t0))
    serve_ms = unpack(opening).ball.t0
    entries: list[tuple[int, int, int]] = []
    for side, pair in enumerate(_list("log", shown["log"], 2, 2)):
        times, given = _list(f"log of side {side}", pair, 2, 2)
        _list(f"times of side {side}", times, MOST_ENTRIES)
        _list(f"commands of side {side}", given, len(times), len(times))
        t = serve_ms
        for place, (dt, command) in enumerate(zip(times, given, strict=True)):
            t += whole("dt", dt, 0 if place else -LATEST_MS, LATEST_MS)
            entries.append((t, side, whole("command", command, TOP, FARTHEST_PX)))
    entries.sort(key=lambda entry: entry[0])
    log, before = [], serve_ms
    for t, side, command in entries:
        log.append([t - before, side, command])
        before = t
    holds = [whole("hold", hold, 0, LONGEST_HOLD_MS) for hold in _list("holds", shown["holds"], MOST_ENTRIES)]
    a, b = (whole(key, shown[key], 0, LATEST_MS) for key in ("a", "b"))
    return Told(Record(epoch=epoch, opening=opening, log=log, holds=holds), side_of(shown["side"]), a, b)


def _keys(name: str, value: Any, expected: Sequence[str]) -> None:
    if type(value) is not dict or set(value) != set(expected):
        came = sorted(value) if type(value) is dict else value
        raise ValueError(f"{name}: expected the keys {sorted(expected)}, came {_short(came)}")


def _list(name: str, value: Any, most: int, least: int = 0) -> list[Any]:
    if type(value) is not list or not least <= len(value) <= most:
        came = f"{len(value)}" if type(value) is list else _short(value)
        expected = f"{least}" if least == most else f"{least}..{most}"
        raise ValueError(f"{name}: expected a list of {expected}, came {came}")
    return value


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}…"
