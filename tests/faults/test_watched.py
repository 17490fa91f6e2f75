"""Two processes as their operator sees them, on a real PostgreSQL and a real Redis."""

import asyncio
import http.client
import json
import re
import subprocess

from tests.faults.cluster import Cluster, Node
from tests.faults.conftest import Make
from tests.processes.server import ROOT, command, environment, until
from tests.services import Postgres, Redis


def get(node: Node, path: str) -> tuple[int, str]:
    asked = http.client.HTTPConnection("127.0.0.1", node.port, timeout=20)
    try:
        asked.request("GET", path)
        answer = asked.getresponse()
        return answer.status, answer.read().decode()
    finally:
        asked.close()


def checks(node: Node) -> dict[str, str]:
    """What /readyz says."""
    status, body = get(node, "/readyz")
    found = json.loads(body)
    assert (status == 200, found["process"]) == (found["ready"], node.process_name)
    return dict(found["checks"])


def wrong(node: Node) -> set[str]:
    return {name for name, found in checks(node).items() if found != "ok"}


async def audit(cluster: Cluster, *options: str) -> tuple[int, list[str]]:
    """``manage.py audit`` beside the running platform."""
    env = environment(cluster._directory / "prepare", **cluster._shared)
    run = await asyncio.to_thread(
        subprocess.run, command("audit", *options), env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )
    return run.returncode, run.stdout.splitlines()


async def test_who_is_ready_and_what_is_measured(make_cluster: Make, redis: Redis, postgres: Postgres) -> None:
    cluster = await make_cluster(2, LOG_FORMAT="json")
    one, two = cluster.nodes
    for node in cluster.nodes:
        await until(lambda node=node: not wrong(node), f"{node.name} is ready", 10)
        assert checks(node) == {"database": "ok", "layer": "ok", "heartbeat": "ok"}

    status, text = await asyncio.to_thread(get, one, "/metrics")
    assert status == 200
    assert set(re.findall(r'rallypoint_up\{process="([^"]+)"\}', text)) == {one.process_name, two.process_name}
    assert text.count("# TYPE rallypoint_up gauge") == 1

    redis.stop()
    for node in cluster.nodes:
        await until(lambda node=node: wrong(node) == {"layer"}, "the layer is missed", 15)
    redis.start()
    for node in cluster.nodes:
        await until(lambda node=node: not wrong(node), "the layer is back", 15)

    postgres.stop()
    for node in cluster.nodes:
        await until(lambda node=node: {"database", "heartbeat"} <= wrong(node), "the database is missed", 15)
        assert get(node, "/healthz")[0] == 200
        assert get(node, "/metrics")[0] == 200
    postgres.start()
    for node in cluster.nodes:
        await until(lambda node=node: not wrong(node), "the database is back", 15)

    lines = [json.loads(line) for line in one.log.splitlines() if line.startswith("{")]
    assert lines, one.log
    assert {line["process"] for line in lines} == {one.process_name}


async def test_damage_is_found_and_repaired_on_postgresql(make_cluster: Make) -> None:
    cluster = await make_cluster(1)
    assert await audit(cluster, "--ratings") == (0, ["Everything is as it should be."])
    cluster.rows(
        "insert into game_match (phase, origin, title, url, ruleset, seed, a, b, reason, created_ms, ready_by_ms)"
        " values ('live', 'bot', '', '', '{\"points\": 3}', 1, 2, 0, '', 1, 1) returning id"
    )
    cluster.rows(
        "insert into tournaments_tournament (name, format, size, points, phase, n, created_ms)"
        " values ('Cup', 'single_elimination', 8, 3, 'open', 4, 1) returning id"
    )
    cluster.rows("insert into chat_conversation (key, n) values ('lobby', 0) returning key")
    cluster.rows(
        "insert into chat_line (conversation_id, n, kind, text, url, at_ms)"
        " values ('lobby', 3, 'notice', 'News.', '', 1) returning id"
    )
    found = [
        "score of match 1: expected 0-0 as its rallies have it, came 2-0",
        "lease of match 1: expected one until the end, came none",
        "n of tournament 1: expected 0 as its log has it, came 4",
        "lines of conversation lobby: expected at least 3, came 0",
    ]
    assert await audit(cluster) == (1, found)
    assert await audit(cluster, "--repair") == (1, [f"{difference}, repaired" for difference in found])
    assert await audit(cluster) == (0, ["Everything is as it should be."])
