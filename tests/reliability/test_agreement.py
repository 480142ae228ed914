"""Stock SQLAlchemy's layer and ormolu's cores do the same; ``make reliability`` does it longer."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

pytest.importorskip("sqlalchemy")

from reliability.agreement.check import run
from reliability.agreement.driver import Layers, shrunk
from reliability.cores import cores_here

NUMBER = st.integers(0, 255)


def names_of(kind):
    """Return the operations of a kind of world, which a worker knows."""
    layers = Layers(("pure",), kind)
    try:
        return layers.operations()
    finally:
        layers.end()


def machine_of(kind, layers):
    """Return a rule machine with a rule for each operation."""

    def initialize(self):
        RuleBasedStateMachine.__init__(self)
        layers.begin()

    def teardown(self):
        layers.finish()

    def rule_of(name):
        def take(self, a, b, c):
            layers.step([name, a, b, c])

        take.__name__ = name
        return rule(a=NUMBER, b=NUMBER, c=NUMBER)(take)

    rules = {name: rule_of(name) for name in names_of(kind)}
    rules |= {"__init__": initialize, "teardown": teardown}
    return type("Agreement", (RuleBasedStateMachine,), rules)


@pytest.mark.parametrize("kind", ["layer", "session"])
def test_a_rule_machine_finds_no_difference(kind):
    layers = Layers(("stock", *cores_here()), kind)
    try:
        test = machine_of(kind, layers).TestCase
        test.settings = settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        test("runTest").debug()
    finally:
        layers.end()


@pytest.mark.parametrize(("kind", "steps"), [("layer", 6000), ("session", 1200)])
def test_random_programs_find_no_difference(kind, steps):
    assert run(kind, steps, "short", lambda line: None)["steps"] == steps


def test_a_difference_is_found_and_made_short():
    # this one is meant, and so only found where it is not on the list
    layers = Layers(("stock", "pure"))
    program = [["write_scalar", 1, 0, 3], ["dict_put", 0, 2, 1], ["collect", 0, 0, 0]]
    try:
        assert layers.run(program) is None
        layers.forgive_nothing()
        found = layers.run(program)
        assert found is not None
        assert shrunk(found, layers.run).program == [["dict_put", 0, 2, 1]]
        assert "held" in found.report
    finally:
        layers.end()


def test_a_worker_that_dies_is_told_of():
    layers = Layers(("pure",))
    with pytest.raises(RuntimeError, match="the pure layer died"):
        layers.run([["no such operation", 0, 0, 0]])
    with pytest.raises((RuntimeError, BrokenPipeError, ValueError)):
        layers.run([])
    layers.end()
