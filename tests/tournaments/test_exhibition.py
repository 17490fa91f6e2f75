"""An exhibition of every format: bots as clients of a real server, in matches of one point."""

import asyncio
from dataclasses import replace

import pytest

from realtime import database
from tests.conftest import LiveServer
from tests.tournaments.running import brief, eventually, quick, soon, state
from tests.tournaments.test_arena import began_ago
from tournaments.exhibition.bot import NOVICE
from tournaments.exhibition.course import Course
from tournaments.exhibition.progress import Progress
from tournaments.models import Tournament

__all__ = ("brief", "quick", "soon")

CLUMSY = replace(NOVICE, error_px=140)


def course_of(server: LiveServer, plan: dict[str, str]) -> tuple[Course, list[str]]:
    said: list[str] = []
    course = Course(server.url, points=3, stuck_s=20, say=said.append, plan=plan)
    course.progress = Progress(points=1)  # as the brief ruleset has it
    return course, said


@pytest.mark.parametrize(
    ("plan", "players", "played", "headings"),
    [
        (
            {"format": "double_elimination", "grand_final": "single"},
            4,
            6,
            {"Winners' round 1", "Winners' final", "Losers' round 1", "Losers' final", "Grand final"},
        ),
        ({"format": "round_robin"}, 4, 6, {"Round 1", "Round 2", "Round 3", "Standings after 6 matches"}),
        ({"format": "swiss", "rounds": "2"}, 5, 4, {"Round 1", "Round 2", "Standings after 4 matches"}),
        (
            {"format": "groups", "groups": "2"},
            6,
            9,
            {"Groups, round 1, group A", "Groups, round 3, group B", "Semi-finals", "Final"},
        ),
        ({"format": "single_elimination", "third_place": "on"}, 5, 5, {"Match for third place", "Final"}),
    ],
)
async def test_it_is_played_to_its_champion(
    server: LiveServer, brief: None, plan: dict[str, str], players: int, played: int, headings: set[str]
) -> None:
    course, said = course_of(server, plan)
    await course.hold(players, [CLUMSY])
    assert said[-2] == f"Champion: {course.progress.champion}"
    assert said[-1].startswith(f"{played} matches of {players} players in ")
    assert headings <= set(said)
    assert course.progress.unplayed == []


async def test_a_series_is_counted_by_its_matches(server: LiveServer, brief: None) -> None:
    course, said = course_of(server, {"format": "single_elimination", "best_of": "3"})
    await course.hold(2, [CLUMSY])
    assert course.progress.played in (2, 3)
    assert said[-4] == "Final"


async def test_an_arena_is_played_to_its_close(server: LiveServer, brief: None) -> None:
    course, said = course_of(server, {"format": "arena", "minutes": "1"})

    async def later() -> None:
        def tournament() -> Tournament | None:
            return Tournament.objects.filter(phase="running").first()

        arena = await eventually(tournament, timeout_s=20)
        await eventually(lambda: len(state(arena).pairings) >= 6, timeout_s=40)
        await database.run(began_ago, arena, 60_000)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(later())
        tasks.create_task(course.hold(5, [CLUMSY]))
    assert course.progress.played >= 6
    assert said[-2] == f"Champion: {course.progress.champion}"
