"""The ways of netcode.md between a client and its server: half a round trip and jitter, now and then a spike or a loss.

Pure: no clock, no socket. The simulator (``lag``) and the proxy (``feel``, tests) delay by the same ``Way``.
"""

from dataclasses import dataclass
from random import Random

STALL_MS = 200  # a lost packet is sent again after this and a round trip: the least time-out of TCP


@dataclass(frozen=True, slots=True)
class Profile:
    """How unsteady a link is. Shares are of packets, times in ms."""

    name: str
    jitter_ms: float  # the mean of a gamma distribution ...
    shape: float  # ... of this shape
    spikes: float  # share of packets ...
    spike_ms: tuple[float, float]  # ... that are late by something in here
    losses: float


WIRED = Profile("wired", 2, 2.0, 0.0005, (10, 30), 0.0005)
WIFI = Profile("Wi-Fi", 6, 1.5, 0.02, (20, 80), 0.002)
MOBILE = Profile("mobile", 15, 1.5, 0.03, (40, 150), 0.01)
PROFILES = (WIRED, WIFI, MOBILE)


class Way:
    """One direction of a link, in order as TCP is: what waits for a lost packet holds up all that was sent after it."""

    __slots__ = ("_free_at", "_profile", "_random", "_rtt_ms")

    def __init__(self, profile: Profile, rtt_ms: float, random: Random) -> None:
        self._profile = profile
        self._rtt_ms = rtt_ms
        self._random = random
        self._free_at = 0.0

    def arrives(self, sent: float) -> float:
        """When what is sent at ``sent`` (ms, on any clock that never goes back) arrives."""
        profile, random = self._profile, self._random
        at = sent + self._rtt_ms / 2 + random.gammavariate(profile.shape, profile.jitter_ms / profile.shape)
        if random.random() < profile.spikes:
            at += random.uniform(*profile.spike_ms)
        if random.random() < profile.losses:
            at += self._rtt_ms + STALL_MS
        self._free_at = max(self._free_at, at)
        return self._free_at
