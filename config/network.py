"""The names and addresses this machine answers to on its own network, found without sending anything."""

import contextlib
import socket

# A UDP "connect" only chooses a route: no packet leaves. The addresses are reserved for documentation and private use.
_PROBES = (("192.0.2.1", 9), ("10.255.255.255", 9), ("192.168.255.255", 9))


def addresses() -> list[str]:
    """IPv4 addresses by which others on the local network may reach us, the likeliest first; possibly none."""
    found: list[str] = []
    for probe in _PROBES:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            try:
                sock.connect(probe)
                found.append(sock.getsockname()[0])
            except OSError:
                continue
    with contextlib.suppress(OSError):
        found += [str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    return list(dict.fromkeys(a for a in found if not a.startswith(("127.", "0."))))


def own_names() -> list[str]:
    """Default ``ALLOWED_HOSTS``: localhost, the host's name (also as ``.local``), its addresses."""
    host = socket.gethostname().lower()
    return ["localhost", "127.0.0.1", "[::1]", host, f"{host}.local", *addresses()]
