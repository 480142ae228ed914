"""The short form of the hostile check, and that it can fail."""

import pytest
from reliability.checks import CHECKS
from reliability.hostile import check


def test_attacks_do_no_harm():
    (hostile,) = (one for one in CHECKS if one.name == "hostile")
    figures = hostile.run(0.005, 1, lambda line: None)
    assert figures["processes"] >= len(check.ATTACKS)
    assert all(figures[name] > 20 for name in check.ATTACKS), figures


def test_the_same_seed_does_the_same():
    for attack in check.ATTACKS.values():
        assert [attack(seed) for seed in range(30)] == [attack(seed) for seed in range(30)]


@pytest.mark.usefixtures("killed")
def test_a_process_that_ends_is_found():
    with pytest.raises(AssertionError, match="states with seed 5 ended a process with -9"):
        check.run(1, 5, lambda line: None)


def test_harm_is_told_with_the_seed_that_shows_it(monkeypatch):
    def harm(seed):
        raise AssertionError("harm")

    monkeypatch.setitem(check.ATTACKS, "states", harm)
    with pytest.raises(AssertionError, match=r"states.attack\(7000000\): harm"):
        check.one("states", 7, 1)
