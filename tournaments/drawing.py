"""Rounds drawn away from the event loop: a large Swiss round takes a second of a core, which matches must not feel."""

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from tournaments.formats import swiss_draw, swiss_pairing
from tournaments.formats.events import RoundDrawn
from tournaments.formats.tournament import Tournament as State

SMALL = 48  # entrants whose round takes less than a frame: no process is worth it


async def next_round(state: State) -> RoundDrawn:
    """The round that is due. A large one is drawn in a process of its own, which ends with it."""
    contenders = await asyncio.to_thread(swiss_draw.contenders, state)
    if len(contenders) <= SMALL:
        return swiss_draw.event(state, swiss_pairing.pair(contenders))
    worker = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    try:
        drawn = await asyncio.get_running_loop().run_in_executor(worker, swiss_pairing.pair, contenders)
    finally:
        worker.shutdown(wait=False)
    return swiss_draw.event(state, drawn)
