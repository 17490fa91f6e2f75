"""Addresses that several listen on."""

import errno
import socket

import pytest

from config import listening


def test_any_free_port_is_found_and_shared() -> None:
    with listening.bind("127.0.0.1", 0) as one:
        port = listening.port_of(one)
        with listening.bind("127.0.0.1", port) as two:
            assert listening.port_of(two) == port


def test_who_only_holds_the_port_gets_no_connection() -> None:
    with listening.bind("127.0.0.1", 0) as held:
        address = held.getsockname()
        with listening.bind(*address) as serving:
            serving.listen()
            for _ in range(20):
                with socket.create_connection(address, 5), serving.accept()[0]:
                    pass


def test_a_port_of_somebody_else_is_refused() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(OSError, match="in use") as refused:
            listening.bind("127.0.0.1", other.getsockname()[1])
    assert refused.value.errno == errno.EADDRINUSE


def test_an_address_of_the_new_kind_is_bound() -> None:
    try:
        bound = listening.bind("::1", 0)
    except OSError:
        pytest.skip("expected IPv6 on this machine, came none")
    with bound:
        assert bound.family == socket.AF_INET6
