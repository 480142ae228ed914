"""Lives of instances that are not the usual: made in one another, by many threads, exchanged."""

from dataclasses import dataclass, field

from ormolu import tracked
from ormolu.tracking import held
from ormolu.tracking.adoption import manager_of, state_of
from ormolu.tracking.state import TrackedState


@tracked
@dataclass(eq=False)
class Doc:
    name: str = "a"
    tags: list = field(default_factory=list)


def test_a_state_that_another_thread_has_made_first_and_anchored_is_found():
    doc = Doc()
    state = state_of(doc)
    held.anchor(doc, state, state.manager.anchorage)
    assert held.hold(doc, TrackedState(doc, manager_of(doc))) is state
