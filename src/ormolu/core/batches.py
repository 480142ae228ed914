"""Loaders that load for many instances at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from .._kernel.sentinels import (
    ATTR_EMPTY,
    ATTR_WAS_SET,
    MISSING,
    NO_VALUE,
    PASSIVE_NO_RESULT,
    SQL_OK,
)
from ..errors import LoaderError
from .loading import loader_of
from .peers import begin, peers_of

__all__ = [
    "Answers",
    "AttributeBatch",
    "BatchLoader",
    "ExpiredBatch",
    "expired_keys",
    "for_many",
    "is_for_many",
    "is_to_be_loaded",
    "take",
    "take_all",
]

_F = TypeVar("_F", bound=Callable[..., Any])
_MARK = "_ormolu_for_many"
_EXPIRED = "the expired attributes"
_MOST = 1000
"""So many instances are loaded for by one call at most."""


def for_many(loader: _F) -> _F:
    """Declare that a loader loads for many instances at once.

    It is called with a list of states in the place of one: of the instance that is read, and
    of its peers that miss the same (:func:`ormolu.state.make_peers`); of a coroutine function,
    of all instances that are awaited in the same tick (:mod:`ormolu.asyncio`).  It returns
    what it has for each, as a mapping by state or as pairs: of an attribute, the value; of a
    class's ``expired_attribute_loader``, the values by name.  An exception in the place of
    what it has fails that instance alone.

    Args:
        loader: ``(states, passive)``, or ``(states, keys, passive)``; a coroutine function
            as well.

    Example:
        >>> @for_many
        ... def load_names(states, passive):
        ...     return {state: f"name of {state.key}" for state in states}
    """
    setattr(loader, _MARK, True)
    return loader


def is_for_many(loader: Any) -> bool:
    """Return whether a loader was declared to load for many."""
    return bool(getattr(loader, _MARK, False))


class Answers:
    """What a loader for many has returned, by state.

    Args:
        states: those that it was asked for.
        given: what it has returned.
        what: names what was to be loaded, in errors.
        key: the attribute, or ``None`` for all expired ones.

    Raises:
        LoaderError: it is neither a mapping nor pairs.
    """

    def __init__(self, states: list[Any], given: Any, what: str, key: str | None) -> None:
        self._what, self._key = what, key
        self._asked = set(states)
        self._found: dict[Any, Any] = {}
        self._foreign = 0
        try:
            for state, answer in given.items() if isinstance(given, Mapping) else given:
                self._note(state, answer)
        except (TypeError, ValueError) as cause:
            raise self._wrong(
                states[0], f"{type(given).__name__} and no mapping of the states"
            ) from cause

    def _note(self, state: Any, answer: Any) -> None:
        if state not in self._asked:
            self._foreign += 1
        elif state in self._found:
            self._found[state] = self._wrong(state, "two answers for this object")
        else:
            self._found[state] = answer

    def of(self, state: Any) -> Any:
        """Return what there is for a state.

        Raises:
            LoaderError: there is nothing.
            Exception: the one that was returned in its place.
        """
        answer = self._found.get(state, MISSING)
        if answer is MISSING:
            raise self._wrong(state, f"{self._others()}without the state of this object")
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _others(self) -> str:
        """What was returned besides: too much does no harm, but tells what went wrong."""
        return f"{self._foreign:,} answers for others " if self._foreign else "a mapping "

    def _wrong(self, state: Any, given: str) -> LoaderError:
        return LoaderError(
            f"the loader of {self._what} of {state.class_.__qualname__} has returned {given}; it "
            "is declared with @for_many, and returns what it has for each of the states that it "
            "was given",
            class_=state.class_,
            key=self._key,
        )


class BatchLoader:
    """Stands for a loader for many, where the layer calls one for one instance.

    Attributes:
        function: the loader.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        begin()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.function!r}>"

    def __call__(self, state: Any, *rest: Any) -> Any:
        """Load for an instance and its peers, and return what there is for it."""
        passive = rest[-1]
        if not passive & SQL_OK:
            return PASSIVE_NO_RESULT
        peers = self._missing_too(state)
        try:
            return self._load([state, *peers], passive)
        except Exception:
            if not peers:
                raise
            # it may be for one of the others; if it is not, this says so again
            found = self._load([state], passive)
            state._peers.alone.add(self.function)
            return found

    def _missing_too(self, state: Any) -> list[Any]:
        if state._peers is None or self.function in state._peers.alone:
            return []
        states = map(state.layer.state_of, peers_of(state))
        return [peer for peer in states if self._is_missed_by(peer)][: _MOST - 1]

    def _load(self, states: list[Any], passive: int) -> Any:
        # the instances are kept while they are loaded: what is loaded has to go somewhere
        objects = [state.obj() for state in states]
        answers = self._ask(states, passive)
        for peer in states[1:]:
            # what is wrong with it is its own affair, and said when it is read
            with suppress(Exception):
                self._take(peer, answers)
        found = self._answer(states[0], answers)
        objects.clear()
        return found

    def _is_missed_by(self, state: Any) -> bool:
        raise NotImplementedError

    def _ask(self, states: list[Any], passive: int) -> Answers:
        raise NotImplementedError

    def _take(self, state: Any, answers: Answers) -> None:
        raise NotImplementedError

    def _answer(self, state: Any, answers: Answers) -> Any:
        raise NotImplementedError


class AttributeBatch(BatchLoader):
    """A loader for many of one attribute.

    Attributes:
        key: the attribute.
    """

    def __init__(self, function: Callable[..., Any], key: str) -> None:
        super().__init__(function)
        self.key = key

    def _is_missed_by(self, state: Any) -> bool:
        if self.key in state.dict or self.key not in state.manager:
            return False
        loader = loader_of(state.manager[self.key].impl, state)
        return is_to_be_loaded(state, self.key) and _is_of(loader, self.function)

    def _ask(self, states: list[Any], passive: int) -> Answers:
        return Answers(states, self.function(states, passive), self.key, self.key)

    def _take(self, state: Any, answers: Answers) -> None:
        take(state, self.key, answers.of(state))

    def _answer(self, state: Any, answers: Answers) -> Any:
        return answers.of(state)


class ExpiredBatch(BatchLoader):
    """A loader for many of all their expired attributes."""

    def _is_missed_by(self, state: Any) -> bool:
        if not expired_keys(state):
            return False
        return _is_of(state.manager.expired_attribute_loader, self.function)

    def _ask(self, states: list[Any], passive: int) -> Answers:
        keys = set[str]().union(*map(expired_keys, states))
        return Answers(states, self.function(states, keys, passive), _EXPIRED, None)

    def _take(self, state: Any, answers: Answers) -> None:
        take_all(state, answers.of(state), expired_keys(state))

    def _answer(self, state: Any, answers: Answers) -> Any:
        self._take(state, answers)


def _is_of(loader: Any, function: Any) -> bool:
    return isinstance(loader, BatchLoader) and loader.function is function


def is_to_be_loaded(state: Any, key: str) -> bool:
    """Return whether a missing value is loaded; one that was deleted is not."""
    original = state.original(key)
    return original is MISSING or original is NO_VALUE


def expired_keys(state: Any) -> set[str]:
    """Return the attributes that the class's loader has to load, as a read would have it."""
    return {
        key
        for key in state.unmodified_intersection(state._expired_keys or ())
        if state.manager[key].impl.load_on_unexpire
    }


def take(state: Any, key: str, given: Any) -> None:
    """Take a value as loaded, unless the attribute has got one meanwhile.

    Args:
        state: the state of the instance.
        key: the attribute.
        given: what its loader has returned.

    Raises:
        LoaderError: it cannot be the value.
    """
    impl, values = state.manager[key].impl, state.dict
    if key in values or not is_to_be_loaded(state, key):
        return
    checked = state.layer.checked_load(impl, state, given)
    if checked is ATTR_WAS_SET:
        raise impl.layer.faults.loader_left_unset(impl, state)
    if checked is ATTR_EMPTY or checked is NO_VALUE or checked is PASSIVE_NO_RESULT:
        return
    impl.set_committed_value(state, values, checked)


def take_all(state: Any, given: Any, keys: set[str]) -> None:
    """Take the values of expired attributes as loaded, by name.

    Args:
        state: the state of the instance.
        given: what the loader has returned; ``None`` once it has set them itself.
        keys: what it was to load.

    Raises:
        LoaderError: it is no mapping, or one of them cannot be the value.
    """
    if given is not None and not isinstance(given, Mapping):
        raise LoaderError(
            f"the loader of {_EXPIRED} of {state.class_.__qualname__} has "
            f"returned {type(given).__name__}; it returns the values by name, or None once "
            "it has set them",
            class_=state.class_,
        )
    for key, value in (given or {}).items():
        if key in keys:
            take(state, key, value)
    values = state.dict
    state.layer.check_values(state, keys)
    left = {key for key in state._expired_keys or () if key not in values}
    state._expired_keys = left or None
