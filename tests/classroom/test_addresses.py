"""The addresses of a class: what reaches this computer from the next one, and nothing else."""

import re
import socket

import pytest

from nnlab.classroom.addresses import hosts, order


def names(numbers, computer="teacher"):
    return [host.name for host in order(numbers, computer)]


def test_numbers_of_the_room_come_before_numbers_of_the_internet_and_both_before_names():
    found = names({"eth0": ["8.8.4.4"], "wlan0": ["192.168.1.20"]})

    assert found == ["192.168.1.20", "8.8.4.4", "teacher.local", "teacher"]


@pytest.mark.parametrize("number", ["127.0.0.1", "169.254.3.4", "0.0.0.0"])
def test_a_number_that_reaches_nobody_is_left_out(number):
    assert names({"eth0": [number]}, "") == []


@pytest.mark.parametrize(
    "card", ["docker0", "br-1a2b", "veth12", "virbr0", "vmnet8", "tun0", "utun3", "vEthernet (WSL)"]
)
def test_networks_inside_the_computer_are_left_out(card):
    assert names({card: ["172.17.0.1"], "wlan0": ["10.0.0.9"]}, "") == ["10.0.0.9"]


def test_a_full_name_is_taken_as_it_is():
    assert names({}, "pc7.school.example") == ["pc7.school.example"]


def test_this_computer_has_hosts_without_asking_anybody(monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)

    for host in hosts():
        assert re.fullmatch(r"[\w.-]+", host.name)
