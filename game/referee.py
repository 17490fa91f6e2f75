"""The referee: hosts one live match. State, floors and frontiers, one timer; the rules are game/pong's.

Nothing ticks: it wakes for a message, for the next decision that is due, and for the instants at which somebody's
time is up. An arrival at a paddle's plane is decided when the defender's client has said that all it did until then
is sent (its frontier), or when the limit of its link has passed: so what the defender saw is what counts. How late a
player may be is game/lag's to say; why all this is so, netcode.md's.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import Any, Literal

from game import matches, wire
from game.lag import AHEAD_MS, Feel
from game.matches import Hosting, Played
from game.models import Match
from game.outposts import Outposts
from game.pong import court
from game.pong.paddle import Paddle, aim, paddle_y
from game.pong.rally import Hit, Point, State, cross, pack, postpone, steer
from game.pong.replay import Recorder
from game.rematch import Rematch
from game.seated import NEVER_MS, Player, Seated
from realtime import database, hosting, metrics, process, reading, rooms
from realtime.clock import monotonic_ms, wall_ms
from realtime.consumer import LiveConsumer
from realtime.logs import about
from realtime.wire import Frame, Refused, frame

logger = logging.getLogger(__name__)

LATE_MS = 5  # a timer that comes later than this lets the loop read its sockets once more before it decides
SILENT_MS = 2_500  # a player of whom nothing was heard for so long is away
LOOK_MS = 500  # for one who is silent, or when the loop itself was held up: until the next look
PING_NEWS_MS = 15  # a ping is told again when it differs by so much, and by a fifth
COUNTDOWN_MS = 3_000  # before the first serve, and after an absence
GATE_MS = 300  # so long before a serve it is certain that it may leave
DELAY_MS = 1_000  # by which a serve moves whose rally is not committed yet
CROWD_NEWS_MS = 1_000  # at most one word on who watches in this time
EPOCH = 1 << 20  # an event's number is epoch * 2^20 + k

Phase = Literal["called", "live", "paused", "over"]


class Referee:
    """Hosts one match under one epoch, from the call to the end (and the rematch that may follow)."""

    def __init__(self, found: Hosting, epoch: int, closed: Callable[["Referee"], None], grace_ms: int = 0) -> None:
        self._closed = closed
        self.match = found.match
        self.rules = found.rules
        self.users = [seat.user_id for seat in found.seats]
        self.seats_shown = [
            {"name": seat.name, "user": seat.user_id, "bot": seat.bot or None, "rating": seat.rating}
            for seat in found.seats
        ]
        self.epoch = epoch
        self.room = rooms.room(matches.room_name(found.match.pk))
        self._base = monotonic_ms()
        self._n = epoch * EPOCH
        self.room.version = self._n
        self.state = found.opening
        self.sides = [
            Seated(bool(seat.bot), self.rules, self.state.left if seat.side == 0 else self.state.right)
            for seat in found.seats
        ]
        self.phase: Phase = "called" if found.match.phase == Match.Phase.CALLED else "paused"
        self._until: int | None = None  # when whoever is absent forfeits
        self._recorder = Recorder(self.state, epoch)
        self._pending: list[tuple[int, int, int]] = []  # (t, side, command) beyond the arrival that is to be decided
        self._timer: asyncio.TimerHandle | None = None
        self._committed = True  # the last rally
        self._gate_passed = False  # the next serve is certain to leave
        self._saving: asyncio.Task[None] | None = None  # the commit under way: one at a time, in order
        self._crowd_timer: asyncio.TimerHandle | None = None
        self._watchman: asyncio.TimerHandle | None = None  # looks who has fallen silent
        self._late_for = NEVER_MS  # the decision whose timer came late
        self._waits: tuple[int, int] = (NEVER_MS, 0)  # (t1, limit) of the arrival that waits for its defender
        self._pings_told: list[int | None] = [None, None]
        self._result: dict[str, Any] | None = None
        self._rematch = Rematch([seated.house for seated in self.sides])
        self._snapshot: tuple[int, Frame] | None = None
        self._stopped = False
        self._still: asyncio.Event | None = None  # set once the match rests, if it is to be left
        self.outposts = Outposts(self)
        self.on_change: list[Callable[[], None]] = []  # house bots look again
        if self.phase == "called":
            self._until = max(found.match.ready_by_ms - wall_ms(), grace_ms)
        else:
            for side in self._absent():
                self.sides[side].absent_since = grace_ms
            self._until = self._forfeit_at()

    # -- coming and going ----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to host: everybody who must be there may be there already (house bots)."""
        if not self._everybody_here():
            self._arm()

    def now(self) -> int:
        """Match time, ms."""
        return monotonic_ms() - self._base

    def heard(self) -> int:
        """When what is being heard reached this machine, at the earliest: a loop that was held up charges nobody."""
        return self.now() - reading.late_ms()

    @property
    def untouched(self) -> bool:
        """Called, and nobody has come yet."""
        return self.phase == "called" and all(seated.player is None for seated in self.sides) and not len(self.room)

    @property
    def number(self) -> int:
        """Of the last event."""
        return self._n

    def sides_of(self, user_id: int | None) -> list[int]:
        """The seats of this user."""
        return [side for side in (0, 1) if user_id is not None and self.users[side] == user_id]

    def arrive(self, player: Player, sides: list[int]) -> None:
        """A socket takes its user's seats; the one that had them is told, and watches."""
        for older in {self.sides[side].player for side in sides} - {None, player}:
            assert older is not None
            if isinstance(older, LiveConsumer):
                self.room.to_crowd(older)
            older.tell([12, []])
        for side in sides:
            seated = self.sides[side]
            if seated.player is player:
                continue  # it was said twice
            if seated.player is not None and self.phase == "live":
                self.steer(side, self.now(), 0)  # a key held in the other tab is not held in this one
            seated.player = player
            seated.take_up(self.now())
        if sides:
            self._somebody_came()
            self._look_after()

    def depart(self, player: Player) -> None:
        """A socket is gone: if it played, its paddle stops, the rally plays out, and the next serve waits."""
        if self._stopped:
            return
        for side, seated in enumerate(self.sides):
            if seated.player is not player:
                continue
            was_silent, seated.player, seated.silent = seated.silent, None, False
            if not was_silent:
                self._fall_away(side)
        if self.phase == "over":
            self._close_if_empty()

    def _somebody_came(self) -> None:
        if not self._everybody_here():
            if self.phase == "paused":
                self._until = self._forfeit_at()  # the other one has their own time left
            self._tell_presence()
            self._arm()

    def _fall_away(self, side: int) -> None:
        """Nothing more comes from this side: its paddle stops, the rally plays out, and the next serve waits."""
        if self.phase in ("live", "paused"):
            self.sides[side].absent_since = self.now()
        if self.phase == "live":
            self.steer(side, self.now(), 0)
            self._reach(side, NEVER_MS)  # no need to wait for it
            if self.state.rally == 0 and not self._gate_passed:
                self._pause()
        elif self.phase == "paused":
            self._until = self._forfeit_at()
            self._arm()
        self._tell_presence()

    def _look_after(self, due_ms: int | None = None) -> None:
        """See who has fallen silent and who is heard again, and what their pings are."""
        if self._watchman is not None:
            self._watchman.cancel()
            self._watchman = None
        played = [(side, seated) for side, seated in enumerate(self.sides) if seated.player is not None]
        if self.phase == "over" or not played:
            return
        now_ms = monotonic_ms()
        held_up = due_ms is not None and now_ms - due_ms > LOOK_MS  # what they said may not be read yet
        next_ms = now_ms + LOOK_MS if held_up else now_ms + SILENT_MS
        for side, seated in played if not held_up else []:
            player = seated.player
            assert player is not None
            if player.rtt_ms is not None:
                seated.link.rtt_ms = player.rtt_ms
            silent = now_ms - player.heard_ms > SILENT_MS
            if silent and not seated.silent:
                seated.silent = True
                self._fall_away(side)
            elif seated.silent and not silent:
                seated.take_up(self.now())
                self._somebody_came()
            next_ms = min(next_ms, now_ms + LOOK_MS if silent else player.heard_ms + SILENT_MS + 1)
        if self.state.rally == 0:  # in a rally a word on pings would only be in the way
            self._tell_pings()
        loop = asyncio.get_running_loop()
        self._watchman = loop.call_at(max(next_ms, now_ms + 1) / 1000, self._look_after, next_ms)

    def _tell_pings(self) -> None:
        """If one of them has become another one."""
        pings = [seated.rtt_ms for seated in self.sides]
        for ping, told in zip(pings, self._pings_told, strict=True):
            if (ping is None) != (told is None) or (
                ping is not None and told is not None and abs(ping - told) > max(PING_NEWS_MS, told // 5)
            ):
                self._tell_presence()
                return

    def crowd_changed(self) -> None:
        """Somebody came to watch or went: say so, but not for each one."""
        if self._crowd_timer is None:
            loop = asyncio.get_running_loop()
            self._crowd_timer = loop.call_later(CROWD_NEWS_MS / 1000, self._tell_crowd)

    def _tell_crowd(self) -> None:
        self._crowd_timer = None
        if len(self.room) or len(self.outposts):
            self._tell_presence()

    def _absent(self) -> list[int]:
        return [side for side in (0, 1) if not self.sides[side].present]

    def _everybody_here(self) -> bool:
        """Go on, if the match waited only for people: True if it did."""
        if self.phase not in ("called", "paused") or self._absent():
            return False
        if self.phase == "called":
            self._save("begin", self._commit, matches.begin)
        for seated in self.sides:
            seated.frontier = NEVER_MS if seated.house else -NEVER_MS
        self.phase = "live"
        self._until = None
        self._move_serve(self.now() + COUNTDOWN_MS)
        return True

    # -- commands ------------------------------------------------------------------------------------------------

    def hear(self, message: wire.Act, player: Player) -> None:
        """What a player does. Raises Refused."""
        match message:
            case wire.Command():
                self.command(message.side, message.seq, message.stamp, message.cmd, player)
            case wire.Frontier():
                self.frontier(message.side, message.t1, bool(message.hit), player)
            case wire.Resign():
                self.resign(player)
            case wire.Rematch():
                self.rematch(player, bool(message.yes))

    def command(self, side: int, seq: int, stamp: int, cmd: int, player: Player) -> None:
        """A command of a player's client. Raises Refused."""
        seated = self._seat_of(side, player)
        if seq <= seated.seq:
            raise Refused("old_sequence", f"a sequence number above {seated.seq}", seq)
        if self.phase != "live":
            raise Refused("not_live", "a match that is being played", self.phase)
        seated.seq = seq
        heard = self.heard()
        self._limit()  # what this command costs shortens no wait that has begun
        eff = seated.link.effect(stamp, heard, seated.floor)
        short = [4, self._n + 1, seq] if eff == stamp else None
        self.steer(side, eff, cmd, heard, (player, frame(short)) if short else None)
        self._reach(side, eff - 1)

    def steer(
        self, side: int, eff: int, cmd: int, heard: int | None = None, own: tuple[Player, Frame] | None = None
    ) -> None:
        """Command ``cmd``, ``heard`` of at that time (None: our own), takes effect at ``eff``. Everybody hears of it at
        once, also when it lies beyond the next decision.
        """
        seated = self.sides[side]
        eff = max(eff, seated.floor)
        try:
            target = aim(self.rules, seated.shown, eff, cmd)
        except ValueError as error:
            raise Refused("bad_message", str(error), cmd) from None
        seated.floor = eff
        seated.doubt.command(eff, eff if heard is None else heard, seated.link.rtt_ms, cmd)
        if target == seated.shown.target:
            return
        seated.shown = Paddle(eff, paddle_y(self.rules, seated.shown, eff), target)
        if eff <= self.state.ball.t1:
            self._apply(eff, side, cmd)
        else:
            self._pending.append((eff, side, cmd))
        paddle = seated.shown
        self._publish([4, self._n + 1, side, paddle.t, paddle.y, paddle.target], dict([own]) if own else None)

    def frontier(self, side: int, t1: int, hit: bool, player: Player) -> None:
        """A player's client says that everything up to ``t1`` is sent, and whether its screen showed a ``hit``."""
        seated = self._seat_of(side, player)
        if self.phase == "live":
            seated.claims(t1, hit)
            self._reach(side, min(t1, self.heard() + AHEAD_MS))

    def _reach(self, side: int, frontier: int) -> None:
        seated = self.sides[side]
        if frontier > seated.frontier:
            seated.frontier = frontier
            seated.frontier_at = self.heard()
            if self.state.ball.to == side and frontier >= self.state.ball.t1:
                self._due()

    def _apply(self, t: int, side: int, cmd: int) -> None:
        self.state = steer(self.rules, self.state, side, t, cmd)
        self._recorder.command(t, side, cmd)

    def _seat_of(self, side: int, player: Player) -> Seated:
        seated = self.sides[side]
        if seated.player is not player:
            raise Refused("not_your_seat", "a seat that this socket plays", f"side {side}")
        return seated

    # -- decisions -----------------------------------------------------------------------------------------------

    def _arm(self) -> None:
        """Set the one timer to the next instant at which something is due by itself."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self._next_due()
        if due is not None:
            self._timer = asyncio.get_running_loop().call_at((self._base + due) / 1000, self._wake, due)

    def _next_due(self) -> int | None:
        if self.phase in ("called", "paused"):
            return self._until
        if self.phase == "over":
            return None
        ball = self.state.ball
        if not self._gate_passed:
            return None if self._still is not None else ball.t0 - GATE_MS
        return ball.t1 if self.sides[ball.to].frontier >= ball.t1 else ball.t1 + self._limit()

    def _limit(self) -> int:
        """How long the arrival that is next may wait for its defender: as it stood when the ball came to the plane."""
        ball = self.state.ball
        if self._waits[0] == ball.t1:
            return self._waits[1]
        limit = self.sides[ball.to].link.limit(ball.t1)
        if self.now() >= ball.t1:
            self._waits = ball.t1, limit
        return limit

    def _wake(self, due: int) -> None:
        late = max(self.now() - due, 0)
        metrics.lateness.observe(late / 1000)
        if late > LATE_MS and self._late_for != due:
            # The loop was held up, and what would have come in time may still lie unread: that comes first.
            self._late_for = due
            self._timer = asyncio.get_running_loop().call_later(0, self._wake, due)
            return
        self._due()

    def _due(self) -> None:
        """Do all that is due by now. A decision is dated by the instant at which it was due, however late the timer."""
        now = self.now()
        while (due := self._next_due()) is not None and due <= now:
            if self.phase != "live":
                self._time_up()
            elif self._gate_passed:
                ball, defender = self.state.ball, self.sides[self.state.ball.to]
                limit = self._limit()
                reached = defender.frontier >= ball.t1
                self._decide(min(max(defender.frontier_at - ball.t1, 0), limit) if reached else limit)
            elif self._absent():
                self._pause()
            elif not self._committed or now >= self.state.ball.t0:
                self._move_serve(now + DELAY_MS)
            else:
                self._gate_passed = True
        self._arm()
        self._rest()

    def _decide(self, hold: int) -> None:
        before, ball = self.state, self.state.ball
        self.state, event = cross(self.rules, before, hold)
        self._recorder.hold(hold)
        defender = self.sides[ball.to]
        defender.floor = max(defender.floor, ball.t1 + 1)
        if not defender.house:
            defender.note(self.rules, before, hold, isinstance(event, Hit))
        if isinstance(event, Hit):
            self._publish([5, self._n + 1, event.t, event.side, event.y, event.vy, event.t0, event.t1, event.rally])
        else:
            self._point(event)
        self._apply_pending()
        self._changed()

    def _apply_pending(self) -> None:
        """Commands that waited for the decision, as far as the next one."""
        waiting, self._pending = self._pending, []
        for t, side, cmd in waiting:
            if t <= self.state.ball.t1:
                self._apply(t, side, cmd)
            else:
                self._pending.append((t, side, cmd))

    def _point(self, point: Point) -> None:
        rally = Played(
            point.side, point.a, point.b, self._recorder.record(), [seated.feel.as_dict() for seated in self.sides]
        )
        for seated in self.sides:
            seated.feel = Feel()
        serve = (0, 0, 0, 0) if point.over else (point.t0, point.t1, point.to, point.vy)
        self._publish([6, self._n + 1, point.t, point.side, point.a, point.b, *serve])
        if point.over:
            self._end(point.side, Match.Reason.POINTS, rally=rally)
            return
        self._recorder = Recorder(self.state, self.epoch)
        self._committed = self._gate_passed = False
        self._save(f"rally {point.a}-{point.b}", self._commit_rally, rally)

    # -- serves, pauses, the end ---------------------------------------------------------------------------------

    def _move_serve(self, t0: int) -> None:
        """The next serve leaves at ``t0``, or as planned if that is later."""
        self.state = postpone(self.rules, self.state, max(t0, self.state.ball.t0))
        self._recorder.serve(self.state.ball)
        self._gate_passed = False
        self._tell_presence()
        self._changed()
        self._arm()

    def _pause(self) -> None:
        """Somebody is away: the serve waits for everybody to see, at the cost of that player's budget."""
        self.phase = "paused"
        self._until = self._forfeit_at()
        self._tell_presence()
        self._changed()
        self._arm()

    def _forfeit_at(self) -> int | None:
        """When the first of those who are absent has used up their time."""
        away = [self.sides[side] for side in self._absent()]
        return min(((seated.absent_since or 0) + seated.budget_ms for seated in away), default=None)

    def _time_up(self) -> None:
        """Whoever was to come, or to come back, has not."""
        absent = self._absent()
        if self.phase == "called":
            tournament = self.match.origin == Match.Origin.TOURNAMENT
            if tournament and len(absent) == 1:
                self._end(1 - absent[0], Match.Reason.WALKOVER, absent)
            else:
                self._end(None, Match.Reason.NO_SHOW if tournament else Match.Reason.ABORTED, absent)
            return
        out = [side for side in absent if not self.sides[side].budget(self.now())]
        self._end(1 - out[0] if len(out) == 1 else None, Match.Reason.LEFT, out)

    def resign(self, player: Player) -> None:
        """One side gives up. At one keyboard nobody can tell who did: the match ends without a winner."""
        sides = [side for side in (0, 1) if self.sides[side].player is player]
        if not sides:
            raise Refused("not_your_seat", "a seat that this socket plays", "a spectator")
        if self.phase == "over":
            raise Refused("not_live", "a match that is not over", self.phase)
        if self.phase == "called" or len(sides) == 2:
            tournament = self.match.origin == Match.Origin.TOURNAMENT and len(sides) == 1
            winner = 1 - sides[0] if tournament else None
            reason = Match.Reason.RESIGNED if tournament else Match.Reason.ABORTED
            # Who declines a call counts as absent: the other one is back in line.
            self._end(winner, reason, sides if self.phase == "called" else ())
        else:
            self._end(1 - sides[0], Match.Reason.RESIGNED)

    def extend(self, ms: int) -> None:
        """Whoever is called may take so much longer to come."""
        if self.phase == "called" and self._until is not None:
            self._until += ms
            self._tell_presence()
            self._arm()

    def abort(self) -> None:
        """End it without a result: its players are wanted elsewhere."""
        if self.phase != "over":
            self._end(None, Match.Reason.ABORTED)

    def _end(
        self,
        winner: int | None,
        reason: Match.Reason,
        absent: Iterable[int] = (),
        rally: Played | None = None,
    ) -> None:
        self.phase = "over"
        self._until = None
        self._arm()
        self._save("end", self._commit_end, winner, reason, list(absent), rally)

    # -- the truth: commits --------------------------------------------------------------------------------------

    def _save(self, what: str, work: Callable[..., Awaitable[object]], *args: Any) -> None:
        """Commit something after what is being committed now: one at a time, in order."""

        async def after(before: asyncio.Task[None] | None) -> None:
            if before is not None:
                await asyncio.wait([before])
            await work(*args)

        with about(match=self.match.pk):
            self._saving = process.spawn(after(self._saving), f"{what} of match {self.match.pk}")
        self._saving.add_done_callback(lambda _: self._rest())

    async def _commit_rally(self, rally: Played) -> None:
        if await self._commit(matches.add_rally, rally):
            self._committed = True
            self._due()

    async def _commit_end(
        self, winner: int | None, reason: Match.Reason, absent: list[int], rally: Played | None
    ) -> None:
        """The end is told when it is true: committed, with all that hangs on it."""
        if not await self._commit(matches.finish, winner=winner, reason=reason, absent=absent, rally=rally):
            return
        self._result = {"winner": winner, "score": [self.state.a, self.state.b], "reason": reason.value}
        self._publish([8, self._n + 1, self._result])
        self._changed()
        self._close_if_empty()

    async def _commit(self, use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """Run a use case of this match under this epoch: again while the database is away, never under a lost lease."""
        wait_s = 0.05
        while True:
            try:
                await database.run(use_case, self.match.pk, self.epoch, *args, **kwargs)
                return True
            except hosting.LostLeaseError:
                self.stop()
                self._closed(self)
                return False
            except database.AWAY:
                logger.warning("the database did not take %s of match %s, again", use_case.__name__, self.match.pk)
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, 2)

    # -- after the end -------------------------------------------------------------------------------------------

    def rematch(self, player: Player, yes: bool) -> None:
        """Offer, accept or decline a rematch. A house bot accepts at once."""
        sides = [side for side in (0, 1) if self.sides[side].player is player]
        if not sides:
            raise Refused("not_your_seat", "a seat that this socket plays", "a spectator")
        if self._result is None or self.match.origin == Match.Origin.TOURNAMENT:
            raise Refused("not_allowed", "a match that is over, and not of a tournament", self.phase)
        if self._rematch.answer(sides, yes):
            process.spawn(self._call_rematch(), f"rematch of match {self.match.pk}")
        else:
            self._tell_offer()

    async def _call_rematch(self) -> None:
        # Somebody who plays elsewhere by now: the offer stays closed, and is told as declined.
        with contextlib.suppress(matches.BusyError):
            self._rematch.match_id = (await database.run(matches.call_rematch, self.match.pk)).pk
        self._tell_offer()

    def _tell_offer(self) -> None:
        self._publish([13, self._n + 1, self._rematch.shown()])

    def _close_if_empty(self) -> None:
        if self._result is not None and not len(self.room) and not len(self.outposts):
            self._closed(self)

    # -- what is told --------------------------------------------------------------------------------------------

    def snapshot(self) -> Frame:
        """All of it. Encoded once for all who come between two events."""
        if self._snapshot is not None and self._snapshot[0] == self._n and self.phase != "live":
            return self._snapshot[1]
        made = frame([7, self._n, self.now(), self.shown()])
        self._snapshot = (self._n, made)
        return made

    def shown(self) -> dict[str, Any]:
        """The match as the wire has it."""
        return {
            "id": self.match.pk,
            "phase": self._shown_phase(),
            "ruleset": court.to_dict(self.rules),
            "seats": self.seats_shown,
            "state": pack(self._shown_state()),
            "presence": self._presence(),
            "result": self._result,
            "offer": self._rematch.shown() if self._result is not None else None,
        }

    def _shown_phase(self) -> Phase:
        """The end is told when it is committed, not before."""
        return "live" if self.phase == "over" and self._result is None else self.phase

    def _serve_ms(self) -> int:
        """When the next serve leaves as far as is known: far away while the match waits for somebody."""
        return self.state.ball.t0 if self.phase in ("live", "over") else NEVER_MS

    def _shown_state(self) -> State:
        """The last decided state, with the paddles as they move by all that is known."""
        ball = self.state.ball
        if self.state.rally == 0:
            ball = replace(ball, t0=self._serve_ms(), t1=self._serve_ms() + ball.t1 - ball.t0)
        return replace(self.state, left=self.sides[0].shown, right=self.sides[1].shown, ball=ball)

    def _presence(self) -> dict[str, Any]:
        self._pings_told = [seated.rtt_ms for seated in self.sides]
        players = {id(seated.player) for seated in self.sides}
        crowd = [listener for listener in self.room.listeners() if id(listener) not in players]
        names = dict.fromkeys(c.user.name for c in crowd if isinstance(c, LiveConsumer) and c.user is not None)
        return {
            "present": [seated.present for seated in self.sides],
            "watching": len(crowd) + self.outposts.watching,
            "names": list(dict.fromkeys([*names, *self.outposts.names]))[: wire.NAMES_SHOWN],
            "until": self._until,
            "serve": self._serve_ms() if self.state.rally == 0 else None,
            "away": [seated.budget(self.now()) for seated in self.sides],
            "pings": self._pings_told,
            "phase": self._shown_phase(),
        }

    def _tell_presence(self) -> None:
        self._publish([10, self._n + 1, self._presence()])

    def _publish(self, message: list[Any], instead: dict[Any, Frame] | None = None) -> None:
        self._n += 1
        self.room.publish(self._n, message, instead)

    def _changed(self) -> None:
        for look in self.on_change:
            look()

    # -- leaving it to another host ------------------------------------------------------------------------------

    async def freeze(self, timeout_s: float) -> None:
        """Let the rally under way end, commit it, and serve no more. One that lasts longer than ``timeout_s`` is left
        as it is: it has no row, so the next host plays it again from its serve.
        """
        if self._still is None:
            self._still = asyncio.Event()
            self._arm()
        self._rest()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._still.wait(), timeout_s)

    def _rest(self) -> None:
        """Say so if the match rests, and it is wanted to."""
        if self._still is None:
            return
        if self.phase == "live":
            rests = self.state.rally == 0 and not self._gate_passed and self._committed
        else:
            rests = self._saving is None or self._saving.done()
        if rests:
            self._still.set()

    def stop(self) -> None:
        """Leave the match as its rows have it: another host goes on from there."""
        self._stopped = True
        self.phase = "over"
        self.outposts.end()
        self._arm()
        for timer in (self._crowd_timer, self._watchman):
            if timer is not None:
                timer.cancel()
