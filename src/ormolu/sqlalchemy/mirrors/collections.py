"""In ``sqlalchemy.orm.collections``: the adapter and the instrumented collections."""

from __future__ import annotations

from types import ModuleType
from typing import Any, ClassVar, TypeVar

from sqlalchemy import util

from ..._kernel import adapter, bulk, dicts, lists, recording, sets
from ...core import collections as core
from ...core import preparation
from ...core.unpickling import restore_adapter
from .door import SERIES, SQLALCHEMY, adopt_identity

__all__ = ["exchange"]

_T = TypeVar("_T")
_K = TypeVar("_K")
_V = TypeVar("_V")


class CollectionAdapter(adapter.CollectionAdapter):
    """The adapter of a mapped collection."""

    layer: ClassVar[Any] = SQLALCHEMY
    __slots__ = ()


class InstrumentedList(list[_T]):
    """A list whose changes are recorded."""


class InstrumentedSet(set[_T]):
    """A set whose changes are recorded."""


class InstrumentedDict(dict[_K, _V]):
    """A dictionary whose changes are recorded; the members are its values."""


SQLALCHEMY.adapter_class = CollectionAdapter
SQLALCHEMY.restore_adapter = restore_adapter
SQLALCHEMY.ready_made_collections = {
    list: InstrumentedList,
    set: InstrumentedSet,
    dict: InstrumentedDict,
}


class collection(core.collection):  # noqa: N801 - a namespace, known by this name
    """Decorators for the methods of a class of collections."""


@util.deprecated(
    "1.3",
    "The :meth:`.collection.converter` handler is deprecated and will be removed in a "
    "future release.  Please refer to the :class:`.AttributeEvents.bulk_replace` listener "
    "interface in conjunction with the :func:`.event.listen` function.",
)
def converter(fn: Any) -> Any:
    """Mark the method that turns what is assigned into the members."""
    fn._sa_instrument_role = "converter"
    return fn


if SERIES.has_converter:
    SQLALCHEMY.collection_roles = (*SQLALCHEMY.collection_roles, "converter")
    collection.converter = staticmethod(converter)  # type: ignore[attr-defined]


def prepare_instrumentation(factory: Any) -> Any:
    """Return a factory of instrumented collections."""
    return preparation.prepare_instrumentation(factory, SQLALCHEMY)


def instrument_class(cls: type) -> None:
    """Exchange the mutating methods of a class of collections for recorded ones."""
    preparation.instrument_class(cls, SQLALCHEMY)


def _instrument_again(cls: type) -> None:
    """Exchange methods that SQLAlchemy has instrumented at import for ours."""
    for name, member in list(vars(cls).items()):
        theirs = getattr(member, "__module__", None) == "sqlalchemy.orm.collections"
        if name.startswith("_sa_") or (callable(member) and theirs):
            delattr(cls, name)
    instrument_class(cls)


_HELPERS_OF_THE_EXCHANGED = (
    "__go",
    "_assert_required_roles",
    "_instrument_membership_mutator",
    "_locate_roles_and_methods",
    "_set_binops_check_loose",
    "_set_collection_attributes",
    "_setup_canned_roles",
)


def exchange(module: ModuleType) -> None:
    """Put ormolu's collections into ``module``."""
    for ready_made in (InstrumentedList, InstrumentedSet):
        instrument_class(ready_made)
    _instrument_again(module.KeyFuncDict)
    adopt_identity(
        module,
        CollectionAdapter=CollectionAdapter,
        InstrumentedList=InstrumentedList,
        InstrumentedSet=InstrumentedSet,
        InstrumentedDict=InstrumentedDict,
        collection=collection,
    )
    replacements = {
        "bulk_replace": bulk.bulk_replace,
        SERIES.name_of("_prepare_instrumentation"): prepare_instrumentation,
        "_instrument_class": instrument_class,
        "_list_decorators": lists.list_methods,
        "_dict_decorators": dicts.dict_methods,
        "_set_decorators": sets.set_methods,
        # association proxies ask this of their own in-place operators
        "_set_binops_check_strict": sets.is_set,
        "__set": recording.announce_set,
        "__set_wo_mutation": recording.announce_present,
        "__del": recording.announce_remove,
        "__before_pop": recording.before_change,
    }
    vars(module).update(replacements)
    # left where they are, they could only undo what has been done here
    for name in _HELPERS_OF_THE_EXCHANGED:
        vars(module).pop(name, None)
