"""When house bots look, in matches on the real server."""

from itertools import pairwise
from typing import Any

import pytest

from game import housebot
from game.matches import Player
from tests.conftest import Sockets
from tests.game.playing import Watcher, called, soon

__all__ = ("soon",)


async def test_one_strength_sees_nothing_between_two_looks_a_second_apart(
    sockets: Sockets, soon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: dict[str, list[int]] = {"easy": [], "hard": []}
    commands: dict[str, list[int]] = {"easy": [], "hard": []}
    plan = housebot.plan

    def spy(rules: Any, state: Any, side: int, now_ms: int, strength: Any, seed: int) -> Any:
        made = plan(rules, state, side, now_ms, strength, seed)
        looks[strength.id].append(now_ms)
        commands[strength.id] += [t for t, _ in made.commands]
        return made

    monkeypatch.setattr(housebot, "plan", spy)
    match = await called(Player.house("easy"), Player.house("hard"), points=11, ready_ms=100)
    stands = await Watcher.enter(sockets, match)
    await stands.until(lambda known: known.state.rally >= 3, 60)
    assert len(looks["easy"]) >= 3
    assert min(after - before for before, after in pairwise(looks["easy"])) >= 1_000
    assert min(after - before for before, after in pairwise(looks["hard"])) < 300  # at each hit
    assert commands["easy"]
