"""Whether peers are fetched: for the process, a session, a query or an attribute."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ... import errors

__all__ = [
    "MODES",
    "OFF",
    "Fetching",
    "Mode",
    "Wish",
    "chosen",
    "default_fetching",
    "fetch_peers",
    "peers",
    "recording",
]

Mode: TypeAlias = Literal["off", "on", "warn", "raise"]
"""What is done where an attribute is read that peers of the object miss as well."""

MODES = ("off", "on", "warn", "raise")
VARIABLE = "ORMOLU_FETCH_PEERS"
"""The environment variable that says how peers are fetched where nothing else does."""

_MOST = 1000


@dataclass(frozen=True)
class Fetching:
    """How peers are fetched.

    Attributes:
        mode: ``"off"`` loads for one object at a time, as SQLAlchemy does; ``"on"`` for
            all peers that miss the same; ``"warn"`` does so, and names the line that would
            have sent a statement for each object; ``"raise"`` refuses to load there.
        most: so many objects are loaded for in one trip at most.
        allow: what ``"raise"`` and ``"warn"`` have nothing against, as ``"Author.books"``;
            it is loaded for all peers.
    """

    mode: Mode = "on"
    most: int = _MOST
    allow: frozenset[str] = frozenset()

    @classmethod
    def of(cls, wish: Wish, most: int = _MOST, allow: Iterable[Any] = ()) -> Fetching:
        """Return what a shorter wish stands for.

        Args:
            wish: a mode; ``True`` for ``"on"`` and ``False`` for ``"off"``; or all of it.
            most: see there.
            allow: attributes, or their names as ``"Author.books"``.

        Raises:
            PeerFetchingError: it is none of those.
        """
        if isinstance(wish, Fetching):
            return wish
        mode: Any = {True: "on", False: "off"}.get(wish, wish) if isinstance(wish, bool) else wish
        if mode not in MODES:
            raise errors.PeerFetchingError(
                f"peers cannot be fetched as {wish!r}; say {', '.join(map(repr, MODES))}, "
                "True or False"
            )
        if not isinstance(most, int) or most < 1:
            raise errors.PeerFetchingError(
                f"a trip cannot load for {most!r} objects at most; give a number from 1 on"
            )
        names = [allow] if isinstance(allow, str) else allow
        return cls(mode, most, frozenset(map(_name_of, names)))

    def allows(self, class_: type, key: str) -> bool:
        """Return whether an attribute of a class, or of one above it, is on the list."""
        return any(f"{one.__qualname__}.{key}" in self.allow for one in class_.__mro__)


Wish: TypeAlias = bool | str | Fetching
"""How peers are to be fetched, in short or in full."""

OFF = Fetching("off")


def default_fetching() -> Fetching:
    """Return what the environment says.

    Raises:
        PeerFetchingError: it says something that is no mode.
    """
    said = os.environ.get(VARIABLE, "")
    if said and said not in MODES:
        raise errors.PeerFetchingError(
            f"{VARIABLE} is {said!r} in the environment; set it to one of {', '.join(MODES)}, or "
            "not at all"
        )
    return Fetching.of(said or "off")


class _Recording:
    """Whether it is recorded which objects came in together.

    Nothing is, at no cost, until something asks for peers.
    """

    on = False
    everywhere = OFF


recording = _Recording()
_attributes: weakref.WeakKeyDictionary[type, dict[str, Fetching]] = weakref.WeakKeyDictionary()
_sessions: weakref.WeakKeyDictionary[Any, Fetching] = weakref.WeakKeyDictionary()
"""Of sessions and of their classes."""


def chosen(state: Any, session: Any, key: str) -> Fetching:
    """Return how the peers of an object are fetched, for one of its attributes.

    What the query says that the object came by comes first, then what is said of the
    attribute, of the session, of its class or maker, and of the process.
    """
    by_query: Fetching | None = getattr(getattr(state.runid, "arrivals", None), "fetching", None)
    if by_query is not None:
        return by_query
    if _attributes:
        for class_ in state.class_.__mro__:
            if class_ in _attributes and key in _attributes[class_]:
                return _attributes[class_][key]
    if _sessions:
        for scope in _scopes_of(session, state.async_session):
            if scope in _sessions:
                return _sessions[scope]
    return recording.everywhere


def _scopes_of(*sessions: Any) -> Iterator[Any]:
    for one in sessions:
        if one is not None:
            yield one
            yield from type(one).__mro__


def fetch_peers(
    target: Any = None, mode: Wish = True, *, most: int = _MOST, allow: Iterable[Any] = ()
) -> None:
    """Say how peers are fetched.

    Args:
        target: a session, a class of sessions, a ``sessionmaker``, a ``scoped_session``, or
            one of those for asyncio; or an attribute, as ``Author.books``; all sessions of
            the process by default.
        mode: ``"on"`` or ``True``, ``"off"`` or ``False``, ``"warn"``, ``"raise"``; or a
            :class:`Fetching`.
        most: so many objects are loaded for in one trip at most.
        allow: attributes, or their names as ``"Author.books"``, that ``"raise"`` and
            ``"warn"`` have nothing against.

    Raises:
        PeerFetchingError: there is no such mode or target, or ormolu is not beneath
            SQLAlchemy, or beneath a version that it has not been tested with.

    Example:
        >>> import ormolu.sqlalchemy
        >>> ormolu.sqlalchemy.fetch_peers(session, "warn")  # doctest: +SKIP
        >>> ormolu.sqlalchemy.fetch_peers(Author.books, False)  # doctest: +SKIP
    """
    fetching = Fetching.of(mode, most, allow)
    if target is None:
        _begin_recording()
        recording.everywhere = fetching
        return
    class_, key = getattr(target, "class_", None), getattr(target, "key", None)
    if isinstance(class_, type) and isinstance(key, str):
        _begin_recording()
        _attributes.setdefault(class_, {})[key] = fetching
    else:
        scope = _scope_of(target)
        _begin_recording()
        _sessions[scope] = fetching


def peers(mode: Wish = True, *, most: int = _MOST, allow: Iterable[Any] = ()) -> Any:
    """Return a query option: how the peers of what the query loads are fetched.

    It holds for what is loaded from there on, too: the books of the authors of the query,
    the reviews of the books.

    Args:
        mode: as :func:`fetch_peers` takes it.
        most: see there.
        allow: see there.

    Raises:
        PeerFetchingError: as :func:`fetch_peers` raises it.

    Example:
        >>> import ormolu.sqlalchemy
        >>> select(Author).options(ormolu.sqlalchemy.peers())  # doctest: +SKIP
    """
    fetching = Fetching.of(mode, most, allow)
    _begin_recording()
    # not before the program has imported it anyway
    from .loads.option import PeersOption  # noqa: PLC0415

    return PeersOption(fetching)


def _begin_recording() -> None:
    """Have it recorded, from the next query on, which objects come in together."""
    from ..seam import check_recordable  # noqa: PLC0415 - it knows of what is here

    check_recordable()
    recording.on = True


def _name_of(attribute: Any) -> str:
    if isinstance(attribute, str):
        return attribute
    class_, key = getattr(attribute, "class_", None), getattr(attribute, "key", None)
    if not isinstance(class_, type) or not isinstance(key, str):
        raise errors.PeerFetchingError(
            f"{attribute!r} is no attribute of a class that could be allowed; give it as "
            "Author.books, or by name as 'Author.books'"
        )
    return f"{class_.__qualname__}.{key}"


def _scope_of(target: Any) -> Any:
    from sqlalchemy.orm import Session  # noqa: PLC0415 - the program has it, if it has a target

    factory = getattr(target, "session_factory", target)  # of a scoped session
    class_ = factory if isinstance(factory, type) else getattr(factory, "class_", None)
    if isinstance(target, Session) or hasattr(target, "sync_session"):
        return target
    if isinstance(class_, type) and (
        issubclass(class_, Session) or hasattr(class_, "sync_session_class")
    ):
        return class_
    raise errors.PeerFetchingError(
        f"peers cannot be fetched for {target!r}; give a session, a class or a maker of "
        "sessions, or an attribute as Author.books"
    )
