"""Past failures of layers like this one, each as an invariant; the source is in its docstring."""

import pytest
from tests.core.conftest import family, hurried, point  # noqa: F401 - fixtures

from ormolu.events import listen


@pytest.fixture
def heard():
    """A list, and a function that listens to events of an attribute into it."""

    class Heard(list):
        def to(self, attribute, *events, **options):
            for event in events:
                listen(
                    attribute,
                    event,
                    lambda target, value, *rest, event=event: self.append((event, value)),
                    **options,
                )
            return self

    return Heard()
