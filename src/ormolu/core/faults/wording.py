"""How things are called in messages."""

from __future__ import annotations

from typing import Any

__all__ = ["an", "class_name", "instance_name", "safe_repr", "shown"]

_LONGEST = 200


def shown(thing: Any) -> str:
    """Return how an object is shown in a message: by its repr, if it has one, cut short."""
    text = safe_repr(thing)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def safe_repr(thing: Any) -> str:
    """Return the repr of an object, or what can be said of it if that raises."""
    try:
        return repr(thing)
    except Exception:
        return f"<{type(thing).__name__} without a repr>"


def an(name: str) -> str:
    """Return a name with the article before it.

    Example:
        >>> an("Address"), an("Point"), an("User")
        ('an Address', 'a Point', 'a User')
    """
    begins_with_vowel = name[:1].lower() in ("a", "e", "i", "o")
    return f"{'an' if begins_with_vowel else 'a'} {name}"


def class_name(class_: Any) -> str:
    """Return how a class is called in a message."""
    return getattr(class_, "__qualname__", None) or shown(class_)


def instance_name(state: Any) -> str:
    """Return how an instance is called in a message, by its state."""
    if state is None:
        return "None"
    return f"<{state.class_.__name__} at {id(state.obj()):#x}>"
