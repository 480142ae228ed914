"""What is expected in a place of a document, so that plain JSON data can be read as values.

Which class a value is to have is known from the annotation of its field, and from what is
there.
"""

from __future__ import annotations

from collections import abc
from collections.abc import Iterable, Iterator
from copy import copy
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints, is_typeddict

from ..declared.annotations import Scope, alternatives
from ..declared.declarations import Declarations
from ..declared.defaults import Always, defaults_of
from ..declared.libraries import kind_of
from ..declared.parameters import bindings_of, substituted
from ..layer import TRACKED
from ..values.classes import shape_of
from .forms import Form, can_be_key, form_of, forms_of, is_named_tuple, is_record, is_tracked
from .standing_for import plain_class

__all__ = ["Mould", "Moulds"]

_DEFAULTS: Final[dict[Form, type]] = {
    "null": type(None),
    "boolean": bool,
    "number": int,
    "text": str,
    "array": list,
    "object": dict,
}
_CONCRETE: Final[dict[Any, type]] = {
    **dict.fromkeys((abc.Sequence, abc.MutableSequence, abc.Collection, abc.Iterable), list),
    **dict.fromkeys((abc.Set, abc.MutableSet), set),
    **dict.fromkeys((abc.Mapping, abc.MutableMapping), dict),
}
"""What is made where an annotation does not say which class of a kind it is to be."""


class Moulds:
    """Knows what is expected in the fields of classes; asked of each class once."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[Any, dict[str, Mould]] = {}

    def of(self, class_: type, arguments: tuple[Any, ...] = ()) -> dict[str, Mould]:
        """Return the moulds of the fields of a class, by name.

        Args:
            class_: the class.
            arguments: what its type parameters stand for.
        """
        known = self._known.get((class_, repr(arguments)))
        if known is None:
            known = dict(self._made(class_, arguments))
            self._known[class_, repr(arguments)] = known
        return known

    def _made(self, class_: type, arguments: tuple[Any, ...]) -> Iterator[tuple[str, Mould]]:
        declared, shape = Declarations(class_), shape_of(class_)
        bindings, nones = bindings_of(class_, arguments), set(_none_by_default(class_))
        names = (*shape.names, *shape.labels) if shape else ()
        for name in dict.fromkeys((*declared.fields, *names)):
            annotation, scope = declared.annotations.get(name, (Any, Scope(object)))
            bound = bindings.get(scope.class_)
            if bound:
                annotation = substituted(scope.value_of(annotation), bound)
            mould = Mould(self, annotation, scope)
            if name in nones:
                mould.allow(type(None))
            if _converts(class_, name, declared) or _is_related(class_, name):
                mould.is_judged = False
            yield name, mould

    def unknown(self, values: list[Any]) -> Mould:
        """Return the mould of a place of which only the values are known."""
        return Mould(self).with_values(values)


def _none_by_default(class_: type) -> Iterable[str]:
    """Yield the fields that are ``None`` where nothing is given, whatever is annotated."""
    defaults = defaults_of(class_).items()
    return [name for name, make in defaults if isinstance(make, Always) and make.always is None]


def _converts(class_: Any, name: str, declared: Declarations) -> bool:
    """Return whether a class makes something else of what a field is given, or refuses it."""
    kind = kind_of(class_)
    if kind == "attrs":
        converters = {one.name: one.converter for one in class_.__attrs_attrs__}
        return converters.get(name) is not None
    if kind == "pydantic":
        return not is_tracked(class_) or bool(class_.model_config.get("validate_assignment"))
    return declared.place_of(name) == "descriptor"


def _is_related(class_: type, name: str) -> bool:
    """Return whether a field holds the names of objects, which is looked at elsewhere."""
    manager = TRACKED.opt_manager_of(class_) if is_tracked(class_) else None
    return bool(manager is not None and name in manager and manager[name].relates)


class Mould:
    """What is expected in one place.

    Args:
        moulds: knows other classes.
        annotation: the annotation; ``Any`` if there is none.
        scope: that of the class whose it is.

    Attributes:
        annotated: the classes that are annotated.
        literals: the values that are annotated by themselves.
        values: what is there, or in places like it.
        is_place: whether the values are of this very place.
        is_judged: whether it is here that data are refused which cannot be what is expected.
    """

    __slots__ = (
        "_annotated",
        "_moulds",
        "_parts",
        "_present",
        "_readers",
        "_scope",
        "annotated",
        "is_judged",
        "is_place",
        "literals",
        "values",
    )

    def __init__(self, moulds: Moulds, annotation: Any = Any, scope: Scope | None = None) -> None:
        self._moulds = moulds
        self._scope = Scope(object) if scope is None else scope
        self._annotated = list(_choices(annotation, self._scope))
        self.literals = [one for _, arguments in self._annotated for one in _literals(arguments)]
        self.annotated = [_kind(class_) for class_, _ in self._annotated]
        self._readers: dict[Form, list[type]] = {}
        self._parts: dict[Any, Any] = {}
        self._present: set[type] = set()
        self.values: list[Any] = []
        self.is_place = True
        self.is_judged = True

    def allow(self, class_: type) -> None:
        """Have instances of another class be expected as well."""
        self._annotated.append((class_, ()))
        self.annotated.append(class_)

    def with_values(self, values: list[Any], is_place: bool = True) -> Mould:
        """Return the same with other values that are there."""
        found = copy(self)
        found._parts, found._readers = {}, {}
        found.values = values
        found.is_place = is_place
        found._present = {plain_class(value) for value in values}
        return found

    # -- which class -----------------------------------------------------------------------

    def class_of(self, form: Form, declared: bool = False) -> type:
        """Return which class is expected of data of a form, and so is written without a tag.

        Args:
            form: the form.
            declared: whether only what is annotated is asked.
        """
        present = {one for one in self._present if form_of(one) == form and not declared}
        found = present or {class_ for class_ in self.annotated if form_of(class_) == form}
        return found.pop() if len(found) == 1 else _DEFAULTS[form]

    def readers(self, form: Form) -> list[type]:
        """Return the classes that data of a form may be read as, the likeliest first."""
        if form not in self._readers:
            self._readers[form] = self._readers_of(form)
        return self._readers[form]

    def _readers_of(self, form: Form) -> list[type]:
        first = self.class_of(form)
        known = (*self._present, *self.annotated)
        others = [one for one in known if form in (forms_of(one) or ())]
        is_expected = not others or first in others or first in self._present
        return list(dict.fromkeys([first, *others] if is_expected else others))

    def takes(self, form: Form) -> bool:
        """Return whether there may be data of a form, as far as that is known."""
        return not self.is_judged or self._expects_data(form)

    def _expects_data(self, form: Form) -> bool:
        forms = [forms_of(class_) for class_ in (*self.annotated, *self._present)]
        return not self._annotated or any(one is None or form in one for one in forms)

    def allows(self, value: Any) -> bool:
        """Return whether a value is annotated by itself, or its class is."""
        if not self.literals:
            return True
        class_ = type(value)
        if any(one is class_ and not _literals(parts) for one, parts in self._annotated):
            return True
        known = (*self.literals, *self.values)
        return any(type(one) is class_ and one == value for one in known)

    def records(self, names: Iterable[str]) -> list[type]:
        """Return the annotated records that can have fields of some names, and no others."""
        given, found = set(names), []
        for class_ in dict.fromkeys(filter(is_record, self.annotated)):
            needed = {name for name, make in defaults_of(class_).items() if make is None}
            if needed <= given <= set(self.fields(class_)):
                found.append(class_)
        return found

    def tracked_class(self) -> type | None:
        """Return the tracked class whose instances are to be referred to here, if any is."""
        if self.expects(dict):
            return None
        return next(filter(is_tracked, self.annotated), None)

    @property
    def may_be_none(self) -> bool:
        """Whether nothing says that there has to be something."""
        return self._expects_data("null")

    def expects(self, class_: type) -> bool:
        """Return whether a class is among those that are annotated."""
        return class_ in self.annotated

    # -- parts, each made once: an array may have many members -----------------------------

    def member(self, at: int) -> Mould:
        """Return the mould of a member of an array, by its position."""
        class_ = self.class_of("array")
        if is_named_tuple(class_):
            return self._member_of_named(class_, at)
        arguments = self._arguments("list", "set", "frozenset", "deque", "tuple")
        if arguments[1:] and arguments[1] is not ...:
            annotation, key = (arguments[at] if at < len(arguments) else Any), at
        else:
            annotation, key = (arguments[0] if arguments else Any), -1
        if key not in self._parts:
            self._parts[key] = self._part(annotation, self._members(), False)
        return self._parts[key]  # type: ignore[no-any-return]

    def _members(self) -> list[Any]:
        arrays = [one for one in self.values if form_of(plain_class(one)) == "array"]
        return [member for array in arrays for member in array]

    def _member_of_named(self, class_: Any, at: int) -> Mould:
        known, names = self._moulds.of(class_), class_._fields
        here = [one[at] for one in self.values if type(one) is class_ and at < len(one)]
        mould = known[names[at]] if at < len(names) else Mould(self._moulds)
        return mould.with_values(here, self.is_place)

    def item(self, key: Any) -> Mould:
        """Return the mould of the value at a key of a dictionary."""
        dicts = [one for one in self.values if plain_class(one) is dict]
        here = [one[key] for one in dicts if key in one]
        typed = self._typed_items()
        place = key if here or key in typed else None
        if place not in self._parts:
            arguments = self._arguments("dict")
            values = here or [part for one in dicts for part in one.values()]
            annotation = typed.get(key, arguments[1] if arguments[1:] else Any)
            self._parts[place] = self._part(annotation, values, bool(here) and self.is_place)
        return self._parts[place]  # type: ignore[no-any-return]

    def _typed_items(self) -> dict[str, Any]:
        """What a TypedDict says of its items."""
        found = [class_ for class_, _ in self._annotated if is_typeddict(class_)]
        return _hints(found[0]) if len(found) == 1 else {}

    def key_class(self) -> type:
        """Return the class of the keys of a dictionary, which are texts in JSON."""
        present = {type(key) for one in self.values if plain_class(one) is dict for key in one}
        if len(present) == 1:
            return present.pop()
        arguments = self._arguments("dict")
        classes = {
            class_ for class_, _ in _choices(arguments[0] if arguments else Any, self._scope)
        }
        found = {class_ for class_ in classes if can_be_key(class_)}
        return found.pop() if len(found) == len(classes) == 1 else str

    def fields(self, class_: type) -> dict[str, Mould]:
        """Return the moulds of the fields of a record, by name."""
        if class_ not in self._parts:
            shape: Any = shape_of(class_)
            found = [shape.fields(one) for one in self.values if type(one) is class_]
            arguments = [parts for one, parts in self._annotated if one is class_]
            known = self._moulds.of(class_, arguments[0] if len(arguments) == 1 else ())
            self._parts[class_] = {
                name: known.get(name, Mould(self._moulds)).with_values(
                    [fields[name] for fields in found if name in fields], self.is_place
                )
                for name in dict.fromkeys((*known, *(name for one in found for name in one)))
            }
        return self._parts[class_]  # type: ignore[no-any-return]

    def _arguments(self, *names: str) -> tuple[Any, ...]:
        found = [arguments for class_, arguments in self._annotated if class_.__name__ in names]
        return found[0] if len(found) == 1 else ()

    def _part(self, annotation: Any, values: list[Any], is_place: bool) -> Mould:
        return Mould(self._moulds, annotation, self._scope).with_values(values, is_place)


class _Literal(tuple[Any]):
    """The one value of a class that is annotated."""

    __slots__ = ()


def _literals(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    return arguments if isinstance(arguments, _Literal) else ()


def _kind(class_: type) -> type:
    return dict if is_typeddict(class_) else class_


def _hints(class_: type) -> dict[str, Any]:
    try:
        return get_type_hints(class_)
    except Exception:  # of names that are not there
        return {}


def _choices(annotation: Any, scope: Scope) -> Iterator[tuple[type, tuple[Any, ...]]]:
    """Yield the classes that an annotation names, each with what is in brackets behind it.

    What is no class may be anything, and ``object`` stands for it.
    """
    for one in alternatives(annotation, scope):
        origin = type(None) if one is None else get_origin(one) or one
        if origin is Literal:
            yield from ((type(value), _Literal((value,))) for value in get_args(one))
        elif isinstance(origin, type):
            yield _CONCRETE.get(origin, origin), get_args(one)
        else:
            yield object, ()
