"""TRF16, FIDE's tournament report file: lines of fixed columns, a player's results ten columns a round.

What is read is a whole or nothing: a field in the wrong column, a game that its two players tell differently, points
that do not add up are Malformed, with the place. Lines that are not about players are kept as they came.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from .tie_breaks import Kind, Results, Round

Colour = Literal["w", "b"]
COLOURS: Mapping[str, Colour] = {"w": "w", "b": "b"}

GAMES: Mapping[str, int] = {"1": 2, "=": 1, "0": 0, "W": 2, "D": 1, "L": 0}  # in halves; letters: less than a move
FORFEITS: Mapping[str, Kind] = {"+": "forfeit_win", "-": "forfeit_loss"}
BYES: Mapping[str, tuple[Kind, int]] = {
    "U": ("pairing_bye", 2),
    "F": ("full_bye", 2),
    "H": ("half_bye", 1),
    "Z": ("zero_bye", 0),
}
ABSENT = "Z"
OLDER_BYES = {"+": "F", "=": "H", "-": ABSENT}  # so before there were letters, and still in many a program
TOGETHER = {
    frozenset(codes) for codes in ("10", "==", "00", "=0", "WL", "DD", "LL", "DL", "+-", "--")
}  # what the two of a game can have: a referee may also give both nothing, or one half a point
WORTH = ("162", "XXS", "BBW", "BBD", "BBL", "BBZ", "BBF", "BBU")  # lines that say what a result is worth
STANDARD = {
    **dict.fromkeys(("W", "WW", "BW", "FW", "FPB", "PAB", "P", "U"), 2),
    **dict.fromkeys(("D", "WD", "BD", "HPB", "H"), 1),
    **dict.fromkeys(("L", "WL", "BL", "FL", "ZPB", "Z", "A"), 0),
    "BBW": 2, "BBD": 1, "BBL": 0, "BBZ": 0, "BBF": 0, "BBU": 2,
}  # fmt: skip  # in halves, by what these lines call it
POINTS_OF = re.compile(r"([A-Z]+)[ =]*([0-9]+(?:\.[0-9]+)?)")

MOST_PLAYERS = 9999
NAME_WIDTH, POINTS_WIDTH = 33, 4
FIRST_ROUND, ROUND_WIDTH = 92, 10  # columns count from 1, as the specification has them
GAPS = (4, 9, 14, 48, 53, 57, 69, 80, 85, 90, 91)  # the blank columns between the fields of a player
ROUND_GAPS = (4, 6, 8, 9)  # and within a round, from its first column


class Malformed(ValueError):  # noqa: N818 - it says what the file is
    """No tournament report, and where it stops being one."""

    def __init__(self, line: int, column: int, expected: str, came: str) -> None:
        super().__init__(f"line {line}, column {column}: expected {expected}, came {came!r:.60}")
        self.line = line
        self.column = column
        self.expected = expected
        self.came = came


@dataclass(frozen=True, slots=True)
class Result:
    """One round of one player: a code of TRF16, and for a game or forfeit the opponent's number and the colour."""

    code: str = ABSENT
    opponent: int | None = None
    colour: Colour | None = None


@dataclass(frozen=True, slots=True)
class Player:
    """A 001 line. `points` are in halves; texts are as they stand in their columns, without blanks around them."""

    number: int
    name: str = ""
    sex: str = ""
    title: str = ""
    rating: int | None = None
    federation: str = ""
    fide_number: str = ""
    birth_date: str = ""
    points: int | None = None
    rank: int | None = None
    results: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A file: `headers` are (code, text) such as ("012", "Spring Open"), `rounds` is XXR, how many will be played.

    Every player has equally many results. `others` are the lines that nobody here reads: teams, comments, extensions.
    """

    headers: tuple[tuple[str, str], ...] = ()
    players: tuple[Player, ...] = ()
    rounds: int | None = None
    others: tuple[str, ...] = ()

    @property
    def predetermined(self) -> bool:
        """Is it a round robin, by what field 092 says?"""
        kind = " ".join(text for code, text in self.headers if code == "092")
        return re.search(r"round.?robin|berger|all.?play.?all|\bd?rr\b", kind, re.IGNORECASE) is not None

    def results(self) -> Results:
        """What the tie-breaks need, by player's number: the rounds in which somebody has been paired."""
        played = _rounds_played(self.players)
        return {player.number: tuple(_round(result) for result in player.results[:played]) for player in self.players}


def fitting(name: str, width: int = NAME_WIDTH) -> str:
    """A name as it can stand in its columns: on one line, not too long. A report is no place to refuse a name."""
    return re.sub(r"\s+", " ", "".join(c if c.isprintable() else " " for c in name)).strip()[:width].rstrip()


def write(report: Report) -> str:
    """The file, lines ending as TRF16 wants it. ValueError if it would not be read as the same report again."""
    lines = [f"{code} {text}".rstrip() for code, text in report.headers]
    lines += [_line(player) for player in report.players]
    if report.rounds is not None:
        lines.append(f"XXR {report.rounds}")
    text = "".join(f"{line}\r\n" for line in (*lines, *report.others))
    if read(text) != report:
        raise ValueError("expected fields that fit their columns and results of equally many rounds")
    return text


def _line(player: Player) -> str:
    points = "" if player.points is None else f"{player.points // 2}.{player.points % 2 * 5}"
    points = points.removesuffix(".0") if len(points) > POINTS_WIDTH else points  # two rounds of 64 go beyond 99.5
    rating = "" if player.rating is None else player.rating
    rank = "" if player.rank is None else player.rank
    line = (
        f"001 {player.number:>4} {player.sex:1}{player.title:>3} {player.name:33} {rating:>4} {player.federation:3} "
        f"{player.fide_number:>11} {player.birth_date:10} {points:>4} {rank:>4}"
    )
    return line + "".join(
        f"  {'0000' if result.opponent is None else result.opponent:>4} {result.colour or '-'} {result.code}"
        for result in player.results
    )


def read(text: str) -> Report:
    """The report that a file holds, or Malformed."""
    headers: list[tuple[str, str]] = []
    players: list[Player] = []
    places: dict[int, int] = {}
    rounds: int | None = None
    rounds_at = 0
    others: list[str] = []
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        line = line.rstrip()
        code = line[:3]
        if not line or code == "###":
            others += [line] if line else []
            continue
        if len(code) < 3 or not code.isalnum() or not code.isascii() or line[3:4].strip():
            raise Malformed(number, 1, "a data code of three characters and a blank", line[:8])
        if code == "001":
            player = _player(number, line)
            if player.number in places:
                raise Malformed(number, 5, f"a number not yet used in line {places[player.number]}", line[4:8])
            places[player.number] = number
            players.append(player)
        elif code == "XXR":
            if rounds is not None:
                raise Malformed(number, 1, f"the number of rounds once, not again after line {rounds_at}", line)
            rounds, rounds_at = _whole(number, 5, line[4:].strip(), "the number of rounds"), number
        elif code in WORTH:
            if not _as_usual(code, line[4:]):
                raise Malformed(number, 1, "results worth 1, 0.5 and 0 points, without a line that changes them", line)
            others.append(line)
        elif re.fullmatch(r"[01][0-9]2", code):
            headers.append((code, line[4:]))
        else:
            others.append(line)
    if not players:
        raise Malformed(text.count("\n") + 1, 1, "at least one player, a line that begins with 001", "the end")
    longest = max(len(player.results) for player in players)
    players = [_padded(player, longest) for player in players]
    _check(players, places)
    played = _rounds_played(players)
    if rounds is not None and rounds < played:
        raise Malformed(rounds_at, 5, f"at least the {played} rounds that were played", str(rounds))
    return Report(tuple(headers), tuple(players), rounds, tuple(others))


def _as_usual(code: str, text: str) -> bool:
    """Does a line about points say only what holds anyway? As "BBD  0.5" does, or "XXS W=1 D=0.5", "162  W 1.0"."""
    said = f"{code} {text}" if code.startswith("BB") else text
    points = POINTS_OF.findall(said)
    return not POINTS_OF.sub("", said).strip() and all(STANDARD.get(name) == 2 * float(of) for name, of in points)


def _padded(player: Player, rounds: int) -> Player:
    missing = rounds - len(player.results)
    return replace(player, results=player.results + (Result(),) * missing) if missing else player


def _player(number: int, line: str) -> Player:
    for column in GAPS:
        if line[column - 1 : column].strip():
            raise Malformed(number, column, "a blank between two fields", line[column - 1])

    def field(first: int, last: int) -> str:
        return line[first - 1 : last].strip()

    points, rank, rating = field(81, 84), field(86, 89), field(49, 52)
    if points and not re.fullmatch(r"[0-9]+(\.[05])?", points):
        raise Malformed(number, 81, "points such as 4.5", points)
    return Player(
        number=_whole(number, 5, field(5, 8), "a player's number"),
        sex=field(10, 10),
        title=field(11, 13),
        name=field(15, 47),
        rating=_whole(number, 49, rating, "a rating", least=0) if rating else None,
        federation=field(54, 56),
        fide_number=field(58, 68),
        birth_date=field(70, 79),
        points=(int(points.split(".")[0]) * 2 + points.endswith(".5")) if points else None,
        rank=_whole(number, 86, rank, "a rank") if rank else None,
        results=tuple(
            _result(number, column, line[column - 1 : column - 1 + ROUND_WIDTH])
            for column in range(FIRST_ROUND, len(line) + 1, ROUND_WIDTH)
        ),
    )


def _whole(line: int, column: int, text: str, noun: str, least: int = 1) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) < least:
        raise Malformed(line, column, f"{noun}, {least} to {MOST_PLAYERS}", text)
    return int(text)


def _result(line: int, column: int, field: str) -> Result:
    """A round's ten columns: the opponent in four, the colour, the code."""
    field = field.ljust(ROUND_WIDTH)
    for gap in ROUND_GAPS:
        if field[gap].strip():
            raise Malformed(line, column + gap, "a blank between two fields", field[gap])
    opponent, colour, code = field[:4].strip(), field[5].strip().lower(), field[7].strip().upper()
    if not opponent.strip("0"):
        if colour not in ("", "-"):
            raise Malformed(line, column + 5, "no colour, -, where there is no opponent", colour)
        code = OLDER_BYES.get(code, code) or ABSENT
        if code not in BYES:
            raise Malformed(line, column + 7, f"one of {', '.join(BYES)}, as there is no opponent", code)
        return Result(code)
    met = _whole(line, column, opponent, "the opponent's number, or 0000")
    if code not in GAMES and code not in FORFEITS:
        raise Malformed(line, column + 7, f"one of {', '.join((*GAMES, *FORFEITS))} against an opponent", code)
    if colour in COLOURS:
        return Result(code, met, COLOURS[colour])
    if code in GAMES or colour not in ("", "-"):
        raise Malformed(line, column + 5, "a colour, w or b", colour)
    return Result(code, met)


def _check(players: Iterable[Player], places: Mapping[int, int]) -> None:
    """What the players' lines say of each other, and of their points, must hang together."""
    by_number = {player.number: player for player in players}
    for player in by_number.values():
        line = places[player.number]
        for index, result in enumerate(player.results):
            if result.opponent is None:
                continue
            column = FIRST_ROUND + index * ROUND_WIDTH
            opponent = by_number.get(result.opponent)
            if opponent is None or opponent is player:
                raise Malformed(line, column, "the number of another player", str(result.opponent))
            theirs = opponent.results[index]
            if theirs.opponent != player.number:
                at = f"line {places[opponent.number]} has {theirs.opponent or 'nobody'}"
                raise Malformed(line, column, f"an opponent who has player {player.number} in this round", at)
            if frozenset((result.code, theirs.code)) not in TOGETHER:
                raise Malformed(
                    line,
                    column + 7,
                    f"a result that goes with the opponent's in line {places[opponent.number]}, {theirs.code}",
                    result.code,
                )
            if result.colour is not None and result.colour == theirs.colour:
                raise Malformed(line, column + 5, "another colour than the opponent's", result.colour)
    played = _rounds_played(by_number.values())
    for player in by_number.values():
        halves = [_round(result).halves for result in player.results]
        if player.points not in (None, sum(halves[:played]), sum(halves)):
            expected = f"the sum of the results, {sum(halves[:played]) / 2}, a win being 1 and a draw 0.5"
            raise Malformed(places[player.number], 81, expected, f"{(player.points or 0) / 2}")


def _rounds_played(players: Iterable[Player]) -> int:
    """The rounds until the last in which somebody was paired, if only with nobody."""
    return max(
        (
            index
            for player in players
            for index, result in enumerate(player.results, start=1)
            if result.opponent is not None or result.code == "U"
        ),
        default=0,
    )


def _round(result: Result) -> Round:
    if result.opponent is None:
        return Round(*BYES[result.code])
    if result.code in GAMES:
        return Round("game", GAMES[result.code], result.opponent)
    return Round(FORFEITS[result.code], 2 if result.code == "+" else 0, result.opponent)
