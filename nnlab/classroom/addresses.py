"""Under which names the other computers of the room reach this one; nobody outside is asked."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil

# Networks that live inside this computer: containers, virtual machines, tunnels.
INNER = re.compile(r"(docker|br-|veth|virbr|vmnet|vboxnet|vEthernet|tun|tap|utun|zt|tailscale|wg)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Host:
    """A name or a number of this computer.

    Parameters
    ----------
    name : str
        As it stands in an address.
    number : bool
        Whether it is an IPv4 address: that works even where nobody knows the computer by name.
    """

    name: str
    number: bool


def hosts() -> list[Host]:
    """Return how this computer is reached in its network, what works most surely first."""
    cards = psutil.net_if_addrs().items()
    found = {name: [entry.address for entry in entries if entry.family == socket.AF_INET] for name, entries in cards}
    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    return order({name: numbers for name, numbers in found.items() if name in up}, socket.gethostname())


def order(numbers: Mapping[str, Sequence[str]], computer: str) -> list[Host]:
    """Put the IPv4 addresses of network cards, and the computer's names, in the order of how surely they work.

    Numbers of a home's or a school's network come first, other numbers after them, then the names.
    Numbers that reach nobody are left out.

    Examples
    --------
    >>> [host.name for host in order({"lo": ["127.0.0.1"], "wlan0": ["192.168.0.7"]}, "teacher")]
    ['192.168.0.7', 'teacher.local', 'teacher']
    """
    usable = [
        ipaddress.IPv4Address(number)
        for card, listed in numbers.items()
        if not INNER.match(card)
        for number in listed
        if _reaches_others(ipaddress.IPv4Address(number))
    ]
    usable.sort(key=lambda number: not number.is_private)
    names = [f"{computer}.local", computer] if computer and "." not in computer else [computer] if computer else []
    return [*(Host(str(number), number=True) for number in usable), *(Host(name, number=False) for name in names)]


def _reaches_others(number: ipaddress.IPv4Address) -> bool:
    return not (number.is_loopback or number.is_link_local or number.is_unspecified or number.is_multicast)
