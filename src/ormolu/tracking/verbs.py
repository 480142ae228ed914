"""What can be asked and done of a tracked instance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._kernel.answers import answered_at_once, changes_at_once
from .._kernel.history import History
from .concluding import look_again, settle, told, told_once, untold
from .fields.recording import remember
from .instances.changes import Change, Changes, change_of, changes_of, kept
from .instances.restoring import restore
from .instances.state import TrackedState
from .layer import TRACKED
from .targets import attributes_of, need_manager, refuse_unknown, state_of

__all__ = [
    "changes",
    "commit",
    "has_changed",
    "history",
    "original",
    "previous_changes",
    "rollback",
]

_NO_CHANGES = Changes()

_at_once = changes_at_once(TRACKED.manager_attr, Change)


@answered_at_once(TRACKED.manager_attr, Change, Changes, _NO_CHANGES)
def changes(obj: Any) -> Changes:
    """Return what changed in an object since it was made, or committed last.

    Args:
        obj: an instance of a tracked class.

    Returns:
        a mapping of each field that has changed to its old and its new value.  It stays as it
        is whatever becomes of the object: containers in it are copies.

    Raises:
        UntrackedInstanceError: its class is not tracked.

    Example:
        >>> from dataclasses import dataclass, field
        >>> from ormolu import changes, tracked
        >>> @tracked
        ... @dataclass
        ... class Post:
        ...     title: str
        ...     tags: list[str] = field(default_factory=list)
        >>> post = Post("Hello")
        >>> post.title = "Hello, world"
        >>> post.tags.append("new")
        >>> print(changes(post))
        title: 'Hello' -> 'Hello, world'
        tags[0]: (nothing) -> 'new'
    """
    state = state_of(obj)
    return _NO_CHANGES if state is None else kept(changes_of(state, obj))


def has_changed(obj: Any, *keys: str) -> bool:
    """Return whether an object has changed, or one of some fields of it has.

    Args:
        obj: an instance of a tracked class.
        keys: the names of the fields; all of them, if none is given.

    Raises:
        UntrackedInstanceError: its class is not tracked.
        UnknownFieldError: it has no field of that name.

    Example:
        >>> from dataclasses import dataclass
        >>> from ormolu import has_changed, tracked
        >>> @tracked
        ... @dataclass
        ... class Post:
        ...     title: str
        ...     size: int = 0
        >>> post = Post("Hello")
        >>> post.title = "Hello, world"
        >>> has_changed(post), has_changed(post, "size")
        (True, False)
    """
    found = None if keys else _at_once(obj)
    if found is not None:
        return bool(found)
    manager = need_manager(obj)
    refuse_unknown(manager, keys)
    state = state_of(obj)
    if state is None:
        return False
    asked = state.recorded().intersection(keys or manager)
    return any(change_of(state, obj, key) is not None for key in asked)


def original(obj: Any, key: str) -> Any:
    """Return what a field was when the object was made, or committed last.

    Args:
        obj: an instance of a tracked class.
        key: the name of the field.

    Returns:
        its value then; :data:`ormolu.MISSING` if it had none.  A container that has been
        changed in place since is given as an equal one.

    Raises:
        UntrackedInstanceError: its class is not tracked.
        UnknownFieldError: it has no field of that name.

    Example:
        >>> from dataclasses import dataclass
        >>> from ormolu import original, tracked
        >>> @tracked
        ... @dataclass
        ... class Post:
        ...     title: str
        ...     size: int = 0
        >>> post = Post("Hello")
        >>> post.title = "Hello, world"
        >>> original(post, "title")
        'Hello'
    """
    attribute = attributes_of(obj, (key,))[key]
    state = state_of(obj)
    return attribute.present(obj) if state is None else attribute.old(state, obj, 0)


def history(obj: Any, key: str) -> History:
    """Return the change of a field as the three sequences that ORMs use.

    Args:
        obj: an instance of a tracked class.
        key: the name of the field.

    Returns:
        ``History(added, unchanged, deleted)``.

    Raises:
        UntrackedInstanceError: its class is not tracked.
        UnknownFieldError: it has no field of that name.

    Example:
        >>> from dataclasses import dataclass
        >>> from ormolu import history, tracked
        >>> @tracked
        ... @dataclass
        ... class Post:
        ...     title: str
        ...     size: int = 0
        >>> post = Post("Hello")
        >>> post.title = "Hello, world"
        >>> history(post, "title")
        History(added=['Hello, world'], unchanged=(), deleted=['Hello'])
    """
    attribute = attributes_of(obj, (key,))[key]
    state = state_of(obj)
    new = attribute.present(obj)
    old = new if state is None else attribute.old(state, obj, 0)
    told: History = attribute.history(old, new)
    return told


def commit(obj: Any, *keys: str) -> Changes:
    """Take an object, or some fields of it, for unchanged from now on; return what had changed.

    What is returned stays as it is, whatever the object comes to.

    Without names, checkpoints of it are gone.  Who listens to it is told now of what was
    changed in place, as far as they were not told of it.

    Args:
        obj: an instance of a tracked class.
        keys: the names of the fields; all of them, if none is given.

    Raises:
        UntrackedInstanceError: its class is not tracked.
        UnknownFieldError: it has no field of that name.
        ListenerFailedError: listeners raised; it is committed nevertheless.

    Example:
        >>> from dataclasses import dataclass
        >>> from ormolu import commit, has_changed, tracked
        >>> @tracked
        ... @dataclass
        ... class Post:
        ...     title: str
        ...     size: int = 0
        >>> post = Post("Hello")
        >>> post.title = "Hello, world"
        >>> print(commit(post))
        title: 'Hello' -> 'Hello, world'
        >>> has_changed(post)
        False
    """
    if keys:
        refuse_unknown(need_manager(obj), keys)
    state = state_of(obj)
    if state is None:
        return _NO_CHANGES
    done = kept(changes_of(state, obj))
    seen = state.recorded()
    if keys:
        seen.intersection_update(keys)
        done = Changes({key: change for key, change in done.items() if key in seen})
    before = untold(state, done)
    if keys:
        state.commit_fields(seen, done)
    else:
        state.begin_anew(done)
    look_again(state, obj, seen)
    settle(state, obj)
    told(state, obj, before, "in place")
    return done


def rollback(obj: Any, *keys: str) -> None:
    """Have an object, or some fields of it, be as when it was made or committed last.

    What was changed in place is changed back in place.  Checkpoints of the object stay: to
    go back to one of them is to take back the rollback.

    Args:
        obj: an instance of a tracked class.
        keys: the names of the fields; all of them, if none is given.

    Raises:
        UntrackedInstanceError: its class is not tracked.
        UnknownFieldError: it has no field of that name.
        ListenerFailedError: listeners raised; it is rolled back nevertheless.

    Example:
        >>> from dataclasses import dataclass
        >>> from ormolu import rollback, tracked
        >>> @tracked
        ... @dataclass
        ... class Post:
        ...     title: str
        ...     size: int = 0
        >>> post = Post("Hello")
        >>> post.title, post.size = "Hello, world", 12
        >>> rollback(post, "size")
        >>> post
        Post(title='Hello, world', size=0)
        >>> rollback(post)
        >>> post
        Post(title='Hello', size=0)
    """
    attributes = attributes_of(obj, keys)
    state = state_of(obj)
    if state is None:
        return
    if not state.levels:
        _go_back(state, obj, attributes, anew=not keys)
        return
    with told_once(state):
        seen = state.recorded().intersection(attributes)
        for key in seen:
            remember(state, attributes[key], obj)
        before = restore(state, obj, attributes, forget=False)
        told(state, obj, before, "rolled back")


def roll_back_all(obj: Any) -> None:
    """Have an object be as when it was made or committed last, and have no checkpoints.

    Raises:
        UntrackedInstanceError: its class is not tracked.
        ListenerFailedError: listeners raised; it is rolled back nevertheless.
    """
    state = state_of(obj)
    if state is not None:
        _go_back(state, obj, state.manager, anew=True)


def _go_back(state: TrackedState, obj: Any, attributes: Mapping[str, Any], *, anew: bool) -> None:
    with told_once(state):
        seen = state.recorded().intersection(attributes)
        before = restore(state, obj, attributes)
        if anew:
            state.begin_anew(state.previous)
        look_again(state, obj, seen)
        settle(state, obj)
        told(state, obj, before, "rolled back")


def previous_changes(obj: Any) -> Changes:
    """Return what the last :func:`commit` of an object has committed.

    Args:
        obj: an instance of a tracked class.

    Raises:
        UntrackedInstanceError: its class is not tracked.

    Example:
        >>> from dataclasses import dataclass
        >>> from ormolu import commit, previous_changes, tracked
        >>> @tracked
        ... @dataclass
        ... class Post:
        ...     title: str
        ...     size: int = 0
        >>> post = Post("Hello")
        >>> post.title = "Hello, world"
        >>> done = commit(post)
        >>> previous_changes(post) == done
        True
    """
    state = state_of(obj)
    return _NO_CHANGES if state is None or state.previous is None else state.previous
