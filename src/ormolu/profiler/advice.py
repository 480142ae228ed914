"""Which option of a query spares what was found."""

from __future__ import annotations

from collections.abc import Sequence

from .recording import Loads
from .sources import Attribute, Source

__all__ = ["for_columns", "for_loads", "for_relationship", "for_reloads"]

_EAGERLY = {"collection": "selectinload", "relationship": "joinedload", "column": "undefer"}
_STEP = "selectinload"


def for_loads(loads: Loads) -> str:
    """What loads an attribute together with the objects that it is read of."""
    source = loads.source
    last = f"{_EAGERLY[loads.how]}({loads.attribute})"
    if loads.recurs:
        last = f"selectinload({loads.attribute}, recursion_depth=-1)"
    if source is None:
        return f"load {loads.attribute} together: session.refresh() or a query with {last}"
    route = [f"{_STEP}({step})" for step in source.route()]
    option = ".".join([*route, last])
    return f"add .options({option}) to the query at {source.query.site}"


def for_columns(class_: str, unused: Sequence[str], used: Sequence[str], source: Source) -> str:
    """What has columns left out: whichever list is the shorter."""
    if len(used) <= len(unused):
        option = f"load_only({_names(class_, used)})"
    else:
        option = ", ".join(f"defer({class_}.{key})" for key in unused)
    route = _route_to(class_, source)
    if route:
        options = option.split("), ")
        option = (
            ", ".join(f"{route}.{one}" for one in options)
            if len(options) == 1
            else (f"{route}.options({option})")
        )
    return f"add .options({option}) to the query at {source.query.site}"


def _names(class_: str, keys: Sequence[str]) -> str:
    return ", ".join(f"{class_}.{key}" for key in keys)


def _route_to(class_: str, source: Source) -> str:
    return ".".join(f"{_STEP}({step})" for step in source.route())


def for_relationship(attribute: Attribute, source: Source, how: str) -> str:
    """What has a relationship not loaded before it is read."""
    loader = "joinedload" if how == "joined" else "selectinload"
    return (
        f"leave {loader}({attribute}) out of the query at {source.query.site}; where the mapping "
        f'says so (lazy="..."), add .options(lazyload({attribute})), or raiseload({attribute}) to '
        "be told of reads"
    )


def for_reloads(cause: str, class_: str) -> str:
    """What spares that expired objects are loaded again."""
    if cause == "commit":
        return "make the session with expire_on_commit=False, or read before the commit"
    if cause == "flush":
        return (
            f"have the statement return what the server makes: eager_defaults=True in "
            f"{class_}.__mapper_args__"
        )
    if cause == "rollback":
        return (
            f"after the rollback, load them together: a query of {class_} with populate_existing"
        )
    return f"expire less, or load them together: a query of {class_} with populate_existing"
