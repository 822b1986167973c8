"""Leases: when our own is to be renewed or over, and since when another's claim stands."""

from __future__ import annotations

import pytest

from tarmac.lease import Lease, Renewed, Watch, own_lease, told


@pytest.mark.parametrize(
    ("renewed", "seconds", "now", "expected"),
    [
        (Renewed(100.0, "b"), 0, Renewed(9e9, "b"), Lease.FRESH),
        (Renewed(100.0, "b"), 30, Renewed(109.9, "b"), Lease.FRESH),
        (Renewed(100.0, "b"), 30, Renewed(110.0, "b"), Lease.DUE),
        (Renewed(100.0, "b"), 30, Renewed(129.9, "b"), Lease.DUE),
        (Renewed(100.0, "b"), 30, Renewed(130.0, "b"), Lease.OVER),
        (Renewed(100.0, "b"), 30, Renewed(101.0, "after a reboot"), Lease.OVER),
        (None, 30, Renewed(101.0, "b"), Lease.OVER),
        (None, 0, Renewed(101.0, "b"), Lease.FRESH),
    ],
)
def test_our_own_lease(renewed: Renewed | None, seconds: int, now: Renewed, expected: Lease) -> None:
    assert own_lease(renewed, seconds, now) is expected


@pytest.mark.parametrize(
    ("renewed", "seconds", "now", "expected"),
    [
        (Renewed(100.0, "b"), 0, Renewed(9e9, "b"), ""),
        (Renewed(100.0, "b"), 30, Renewed(114.0, "b"), ""),
        (Renewed(100.0, "b"), 30, Renewed(120.0, "b"), "last renewed 20 s ago; at 30 s its agent is stopped"),
        (Renewed(100.0, "b"), 30, Renewed(131.0, "b"), "its lease is over; its agent is stopped"),
        (Renewed(100.0, "b"), 30, Renewed(1.0, "after a reboot"), "not renewed since this machine started"),
    ],
)
def test_what_is_told_of_our_own_lease(renewed: Renewed, seconds: int, now: Renewed, expected: str) -> None:
    assert expected in told(renewed, seconds, now)
    assert bool(told(renewed, seconds, now)) == bool(expected)


def test_a_watch_counts_from_the_first_sight_of_a_claim_s_commit() -> None:
    watch = Watch()
    watch.look({"FP-a": "1", "FP-b": "1"}, 10.0)
    watch.look({"FP-a": "1", "FP-b": "2"}, 20.0)
    assert [watch.unchanged_seconds(issue, 25.0) for issue in ("FP-a", "FP-b", "FP-c")] == [15.0, 5.0, 0.0]


def test_a_claim_that_went_and_came_back_is_timed_anew() -> None:
    watch = Watch()
    for tips, now in (({"FP-a": "1"}, 10.0), ({}, 20.0), ({"FP-a": "1"}, 30.0)):
        watch.look(tips, now)
    assert watch.unchanged_seconds("FP-a", 31.0) == 1.0
