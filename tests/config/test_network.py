"""How others on the network reach this machine."""

import ipaddress
import socket
from typing import Any

import pytest

from config import network


def test_addresses_are_ones_that_others_can_reach() -> None:
    found = network.addresses()
    assert len(set(found)) == len(found)
    for address in found:
        assert not ipaddress.IPv4Address(address).is_loopback


def test_localhost_is_always_among_the_names() -> None:
    names = network.own_names()
    assert names[:3] == ["localhost", "127.0.0.1", "[::1]"]
    assert {socket.gethostname().lower(), f"{socket.gethostname().lower()}.local"} <= set(names)
    assert "*" not in names


def test_a_machine_without_a_network_has_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise OSError("no network")

    monkeypatch.setattr(socket.socket, "connect", fail)
    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert network.addresses() == []
    assert network.own_names()[0] == "localhost"
