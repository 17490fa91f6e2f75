"""The browser plays by the server's rules, bit for bit: its very modules, run by the Node that Playwright brings."""

import json
import re
import subprocess
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from playwright._impl._driver import compute_driver_executable

from game.pong.ball import ball_x, ball_y
from game.pong.court import CLASSIC, paddle_height, ruleset, to_dict
from game.pong.paddle import paddle_y
from game.pong.rally import Hit, advance, cross, new, pack, postpone, resume, steer, unpack, winner
from game.pong.replay import Recorder, canonical, commands, replay

from .matches import ODD, Match, met, play

MODULES = Path(__file__).parents[3] / "game" / "static" / "game" / "pong"
MATCHES = 10_000
# ruleset, skill, matches of it in a hundred: most are short, some come to shrinking paddles
MIX = [
    (ruleset(1), 0.7, 40),
    (ODD, 0.75, 30),
    (ruleset(3), 0.6, 20),
    (ruleset(1), 1.0, 7),
    (ODD, 1.0, 2),
    (CLASSIC, 0.7, 1),
]


def ask(requests: list[tuple[str, object]]) -> list[object]:
    """Node's answers to requests of twin.mjs, in their order."""
    node = compute_driver_executable()[0]
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    script = Path(__file__).with_name("twin.mjs")
    done = subprocess.run(
        [node, script, MODULES], input=lines, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def account(match: Match) -> str:
    """Everything the rules say about a match, as text; twin.mjs writes the same from the record only."""
    lines: list[str] = []
    events, rules = iter(match.events), match.rules
    for record in match.records:
        opening = unpack(record["opening"])
        ball, middle = opening.ball, opening.ball.t0 + 333
        lines.append(joined(pack(opening)))
        ahead = pack(advance(rules, opening, ball.t0 + 9_999))
        lines.append(joined([ball_x(rules, ball, middle), ball_y(rules, ball, middle), *ahead]))
        lines += canonical(next(events) for _ in record["holds"]).splitlines()
        _, end = replay(rules, record)
        paddles = [paddle_y(rules, paddle, end.ball.t0) for paddle in (end.left, end.right)]
        lines.append(joined([*pack(end), *paddles, paddle_height(rules, len(record["holds"]))]))
    lines.append(f"true,{winner(rules, match.end)}")
    return "\n".join(lines)


def joined(numbers: list[int]) -> str:
    return ",".join(map(str, numbers))


def test_ten_thousand_random_matches_are_the_same_in_both_languages():
    luck = Random(1972)
    kinds = [(rules, skill) for rules, skill, share in MIX for _ in range(share)]
    matches = [play(luck, *kinds[number % len(kinds)]) for number in range(MATCHES)]
    subjects = [{"rules": to_dict(match.rules), "seeds": match.seeds, "records": match.records} for match in matches]
    digests = ask([("account", subject) for subject in subjects])
    differing = [
        number
        for number, (match, digest) in enumerate(zip(matches, digests, strict=True))
        if sha256(account(match).encode()).hexdigest() != digest
    ]
    assert differing == []
    assert max(event.rally for match in matches for event in match.events if isinstance(event, Hit)) > 50


def test_both_have_the_same_numbers():
    answers = ask([("ruleset", {"points": points}) for points in range(1, 22)])
    assert answers == [to_dict(ruleset(points)) for points in range(1, 22)]


def test_both_refuse_the_same_in_the_same_words():
    rules, served = ruleset(3), new(ruleset(3), 7, 3_000)
    record = Recorder(served).record()
    rallying, _ = cross(rules, met(rules, served))
    finished = resume(rules, 2, 2, 7, 3_000)
    wrong = [
        record | {"log": [[0, 2, 1]]},
        record | {"log": [[0, 0, -2]]},
        record | {"log": [[0, 0, 1.5]]},
        record | {"log": [[900, 1, 1], [-1, 1, 0]]},
        record | {"log": [[1_001, 1, 1]]},
        record | {"holds": [-1]},
        record | {"opening": [1, 2, 3]},
        record | {"opening": [*pack(served)[:8], 2, *pack(served)[9:]]},
        Recorder(finished).record() | {"holds": [0, 0]},
    ]
    requests = [("replay", {"rules": to_dict(rules), "record": record}) for record in wrong]
    requests.append(("resume", {"rules": to_dict(rules), "a": 3, "b": 0, "seed": 1, "t": 0}))
    requests.append(("resume", {"rules": to_dict(rules), "a": 0, "b": 0, "seed": 0, "t": 0}))
    requests.append(("postpone", {"rules": to_dict(rules), "state": pack(served), "t": 2_999}))
    requests.append(("postpone", {"rules": to_dict(rules), "state": pack(rallying), "t": 9_000}))
    calls = [lambda record=record: replay(rules, record) for record in wrong]
    calls.append(lambda: resume(rules, 3, 0, 1, 0))
    calls.append(lambda: resume(rules, 0, 0, 0, 0))
    calls.append(lambda: postpone(rules, served, 2_999))
    calls.append(lambda: postpone(rules, rallying, 9_000))
    for answer, call in zip(ask(requests), calls, strict=True):
        with pytest.raises(ValueError, match="expected") as refused:
            call()
        assert str(refused.value).replace(" ", "") == str(answer).replace(" ", "")  # lists have no space in JSON


def test_a_viewer_gets_every_state_of_a_rally_in_order():
    match = next(
        match for number in range(99) if len((match := play(Random(number), ODD, 0.9)).records[0]["holds"]) > 4
    )
    record = match.records[0]
    expected, state, log = [], unpack(record["opening"]), list(commands(record))
    expected.append([min([state.ball.t0, *(t for t, _, _ in log)]), pack(state), None])
    for hold in record["holds"]:
        while log and log[0][0] <= state.ball.t1:
            t, side, command = log.pop(0)
            state = steer(ODD, state, side, t, command)
            expected.append([t, pack(state), None])
        state, event = cross(ODD, state, hold)
        expected.append([event.t, pack(state), "hit" if isinstance(event, Hit) else "point"])
    assert log == []
    assert ask([("states", {"rules": to_dict(ODD), "record": record})]) == [expected]


def test_a_viewer_sees_a_command_at_the_very_millisecond_of_the_arrival_before_it():
    recorder = Recorder(new(ODD, 7, 3_000))
    recorder.command(recorder.opening.ball.t1, 0, 1)
    recorder.hold(0)
    kinds = [kind for _, _, kind in ask([("states", {"rules": to_dict(ODD), "record": recorder.record()})])[0]]
    assert kinds in ([None, None, "hit"], [None, None, "point"])


def test_a_pointer_is_always_a_command():
    rules = to_dict(CLASSIC)
    heights = {-90_000: 2, 0: 2, 1_499: 2, 250_000: 250, 250_600.5: 251, 499_999: 500, 900_000: 500}
    assert ask([("pointAt", {"rules": rules, "y": y}) for y in heights]) == list(heights.values())


@pytest.mark.parametrize("module", sorted(MODULES.glob("*.js")), ids=lambda module: module.name)
def test_modules_suit_hashed_static_files(module):
    """Django rewrites imports by a pattern that wants each to end in a semicolon, and misses `export * from`."""
    text = module.read_text()
    statements = re.findall(r"^(?:import|export)\s[^;]*?from\s+\"[^\"]+\".*$", text, re.MULTILINE)
    assert len(statements) == text.count(' from "./')
    assert all(re.fullmatch(r'import \{ [\w, ]+ \} from "\./\w+\.js";', statement) for statement in statements)
    assert "export *" not in text
    assert "import(" not in re.sub(r"@typedef \{import\(", "", text)
