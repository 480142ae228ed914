"""What is expected in one place of a document."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, Final

from ...core.faults.wording import an
from ...errors import PatchError
from ..arguments import near
from ..declared.annotations import Scope
from ..declared.defaults import required
from ..graph_changes.refs import Ref
from ..graph_changes.standing_for import plain_class
from ..instances.adoption import is_tracked
from ..values.classes import shape_of
from .choices import choices_in, hints_of, is_typed_dict, literals_in, plain_kind, required_of
from .fitting import can_be_named, takes
from .forms import (
    Form,
    can_be_key,
    form_of,
    form_of_data,
    forms_of,
    is_dictionary,
    is_named_tuple,
    is_record,
    read_key,
)

if TYPE_CHECKING:
    from .expected_types import ExpectedTypes

__all__ = ["ExpectedType"]

_DEFAULTS: Final[dict[Form, type]] = {
    "null": type(None),
    "boolean": bool,
    "number": int,
    "text": str,
    "array": list,
    "object": dict,
}


class ExpectedType:
    """What is expected in one place.

    Args:
        expected_types: knows other classes.
        annotation: the annotation; ``Any`` if there is none.
        scope: that of the class whose it is.

    Attributes:
        annotated: the classes that are annotated.
        literals: the values that are annotated by themselves.
        values: what is there, or in places like it.
        is_place: whether the values are of this very place.
        is_judged: whether it is here that data are refused which cannot be what is expected.
        is_left: whether that, and what is within, is left to the class.
    """

    __slots__ = (
        "_annotated",
        "_expected_types",
        "_parts",
        "_present",
        "_readers",
        "_scope",
        "annotated",
        "is_judged",
        "is_left",
        "is_place",
        "literals",
        "values",
    )

    def __init__(
        self, expected_types: ExpectedTypes, annotation: Any = Any, scope: Scope | None = None
    ) -> None:
        self._expected_types = expected_types
        self._scope = Scope(object) if scope is None else scope
        self._annotated = list(choices_in(annotation, self._scope))
        self.literals = [one for _, arguments in self._annotated for one in literals_in(arguments)]
        self.annotated = [plain_kind(class_) for class_, _ in self._annotated]
        self._readers: dict[str, Any] = {}
        self._parts: dict[Any, Any] = {}
        self._present: set[type] = set()
        self.values: list[Any] = []
        self.is_place = True
        self.is_judged = True
        self.is_left = False

    def allow(self, class_: type) -> None:
        """Have instances of another class be expected as well."""
        self._annotated.append((class_, ()))
        self.annotated.append(class_)

    def with_values(self, values: list[Any], is_place: bool = True) -> ExpectedType:
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
        told = not declared and (self.is_place or form != "array")
        present = {one for one in self._present if form_of(one) == form and told}
        found = present or {class_ for class_ in self.annotated if form_of(class_) == form}
        return found.pop() if len(found) == 1 else _DEFAULTS[form]

    def readers(self, form: Form) -> list[type]:
        """Return the classes that data of a form may be read as, the likeliest first."""
        if form not in self._readers:
            self._readers[form] = self._readers_of(form)
        return self._readers[form]  # type: ignore[no-any-return]

    def _readers_of(self, form: Form) -> list[type]:
        first = self.class_of(form)
        known = (*self._present, *self.annotated)
        others = [one for one in known if form in (forms_of(one) or ())]
        is_expected = not others or first in others or first in self._present
        if self.is_open:
            others.append(_DEFAULTS[form])
        return list(dict.fromkeys([first, *others] if is_expected else others))

    @property
    def is_open(self) -> bool:
        """Whether nothing that is annotated says what there can be."""
        return not self._annotated or object in self.annotated or Any in self.annotated

    def takes(self, form: Form) -> bool:
        """Return whether there may be data of a form, as far as that is known."""
        return not self.is_judged or self._expects_data(form)

    def _expects_data(self, form: Form) -> bool:
        known = (*self.annotated, *self._present)
        return not self._annotated or any(takes(class_, form) for class_ in known)

    def admits(self, ref: Ref) -> bool:
        """Return whether an object of a name may be here."""
        if self.is_left or not self._annotated:
            return True
        return any(can_be_named(class_, ref) for class_ in self.annotated)

    def allows(self, value: Any) -> bool:
        """Return whether a value is annotated by itself, or its class is."""
        if not self.literals:
            return True
        class_ = type(value)
        if any(one is class_ and not literals_in(parts) for one, parts in self._annotated):
            return True
        known = (*self.literals, *self.values)
        return any(type(one) is class_ and one == value for one in known)

    def records(self, data: Mapping[str, Any]) -> list[type]:
        """Return the annotated records that can have some fields, and no others."""
        found = []
        for class_ in dict.fromkeys(filter(is_record, self.annotated)):
            if required(class_) <= data.keys() and self.could_be(class_, data):
                found.append(class_)
        return found

    def could_be(self, class_: type, data: Mapping[str, Any]) -> bool:
        """Return whether an instance of a record can have some fields, and no others."""
        fields = self.fields(class_)
        if not data.keys() <= fields.keys():
            return False
        return all(fields[name].is_told_by(part) for name, part in data.items())

    def is_told_by(self, data: Any) -> bool:
        """Return whether data can be here, as far as values that are annotated tell."""
        if not self.literals or not isinstance(data, (str, int)):
            return True
        form = form_of_data(data)
        others = [one for one, parts in self._annotated if not literals_in(parts)]
        if any(form in (forms_of(one) or ()) for one in others):
            return True
        return any(data in (one, getattr(one, "value", one)) for one in self.literals)

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

    def member(self, at: int) -> ExpectedType:
        """Return the expected of a member of an array, by its position."""
        class_ = self.class_of("array")
        if is_named_tuple(class_):
            return self._member_of_named(class_, at)
        places = self._places()
        if places is not None:
            return self._member_of_fixed(places, at)
        if -1 not in self._parts:
            arguments = self._arguments("list", "set", "frozenset", "deque", "tuple")
            annotation = arguments[0] if arguments else Any
            self._parts[-1] = self._part(annotation, self._members(), False)
        return self._parts[-1]  # type: ignore[no-any-return]

    def _places(self) -> tuple[Any, ...] | None:
        """What is annotated of each member of a tuple; ``None`` if it may have any number."""
        arguments = self._arguments("tuple")
        if not arguments or ... in arguments or self.class_of("array") is not tuple:
            return None
        return arguments

    def _member_of_fixed(self, places: tuple[Any, ...], at: int) -> ExpectedType:
        if at not in self._parts:
            here = [one[at] for one in self.values if type(one) is tuple and at < len(one)]
            annotation = places[at] if at < len(places) else Any
            self._parts[at] = self._part(annotation, here, self.is_place)
        return self._parts[at]  # type: ignore[no-any-return]

    @property
    def length(self) -> int | None:
        """How many members there have to be, or ``None``: that is not said."""
        places = self._places() if self.is_judged else None
        return None if places is None else len(places)

    @property
    def maxlen(self) -> int | None:
        """How many members there can be in a deque, or ``None``: any number."""
        found = {one.maxlen for one in self.values if type(one) is deque}
        return found.pop() if len(found) == 1 else None

    def _members(self) -> list[Any]:
        arrays = [one for one in self.values if form_of(plain_class(one)) == "array"]
        return [member for array in arrays for member in array]

    def _member_of_named(self, class_: Any, at: int) -> ExpectedType:
        known, names = self._expected_types.of(class_), class_._fields
        here = [one[at] for one in self.values if type(one) is class_ and at < len(one)]
        expected = known[names[at]] if at < len(names) else ExpectedType(self._expected_types)
        return expected.with_values(here, self.is_place)

    def item(self, key: Any) -> ExpectedType:
        """Return the expected of the value at a key of a dictionary."""
        dicts = self._dictionaries()
        here = [one[key] for one in dicts if key in one]
        typed = hints_of(self._typed) if self._typed is not None else {}
        place = key if here or key in typed else None
        if place not in self._parts:
            arguments = self._arguments("dict", "defaultdict") or self._counted()
            # of what is there, only what records are made of says what else may be
            others = [part for one in dicts for part in one.values() if is_record(type(part))]
            others = [] if key in typed else others
            annotation = typed.get(key, arguments[1] if arguments[1:] else Any)
            self._parts[place] = self._part(
                annotation, here or others, bool(here) and self.is_place
            )
        return self._parts[place]  # type: ignore[no-any-return]

    def _counted(self) -> tuple[Any, ...]:
        return (Any, int) if Counter in self.annotated else ()

    def _dictionaries(self) -> list[Any]:
        return [one for one in self.values if is_dictionary(plain_class(one))]

    @property
    def _typed(self) -> Any:
        """The TypedDict that is annotated, or ``None``."""
        found = [class_ for class_, _ in self._annotated if is_typed_dict(class_)]
        return found[0] if len(found) == 1 else None

    def need_items(self, data: Mapping[str, Any]) -> None:
        """Refuse what are not the items of a TypedDict.

        Raises:
            PatchError: one lacks, or there is another.
        """
        typed = self._typed if self.is_judged else None
        if typed is None:
            return
        hints = hints_of(typed)
        for name in data:
            if name not in hints:
                raise PatchError(
                    f"{an(typed.__name__)} has no item {name!r}{near(name, hints)}; it has "
                    f"{', '.join(hints)}"
                )
        for name in required_of(typed):
            if name not in data:
                raise PatchError(f"{an(typed.__name__)} needs a value of {name!r}")

    def key(self, text: str) -> Any:
        """Return the key of a dictionary that a text stands for.

        Raises:
            PatchError: it stands for none.
        """
        class_ = self.key_class()
        if class_ is None:
            raise PatchError(
                "it is no text that is expected as a key here; write the dictionary as "
                '{"$dict": [[key, value], ...]}'
            )
        key = text if class_ is str else read_key(text, class_)
        if self.is_judged and not self._keys.allows(key):
            raise PatchError(f"{text} is none of {', '.join(map(repr, self._keys.literals))}")
        return key

    @property
    def _keys(self) -> ExpectedType:
        """What is expected of the keys of a dictionary."""
        if "keys" not in self._readers:
            arguments = self._arguments("dict", "defaultdict", "Counter")
            expected = ExpectedType(
                self._expected_types, arguments[0] if arguments else Any, self._scope
            )
            self._readers["keys"] = expected
        return self._readers["keys"]  # type: ignore[no-any-return]

    def key_class(self) -> type | None:
        """Return what the texts that are keys in JSON stand for; ``None``: they can be none."""
        present = {type(key) for one in self._dictionaries() for key in one}
        if len(present) == 1:
            [class_] = present
            if class_ is str or can_be_key(class_):
                return class_
        classes = set(self._keys.annotated)
        if not classes or any("text" in (forms_of(one) or ("text",)) for one in classes):
            enums = [one for one in classes if can_be_key(one)]
            return enums[0] if len(enums) == len(classes) == 1 else str
        keys = [one for one in classes if can_be_key(one)]
        return keys[0] if len(keys) == len(classes) == 1 else None

    def fields(self, class_: type) -> dict[str, ExpectedType]:
        """Return the expected_types of the fields of a record, by name."""
        if class_ not in self._parts:
            shape: Any = shape_of(class_)
            found = [shape.fields(one) for one in self.values if type(one) is class_]
            arguments = [parts for one, parts in self._annotated if one is class_]
            known = self._expected_types.of(class_, arguments[0] if len(arguments) == 1 else ())
            self._parts[class_] = {
                name: known.get(name, ExpectedType(self._expected_types)).with_values(
                    [fields[name] for fields in found if name in fields], self.is_place
                )
                for name in dict.fromkeys((*known, *(name for one in found for name in one)))
            }
        return self._parts[class_]  # type: ignore[no-any-return]

    def _arguments(self, *names: str) -> tuple[Any, ...]:
        found = [arguments for class_, arguments in self._annotated if class_.__name__ in names]
        return found[0] if len(found) == 1 else ()

    def _part(self, annotation: Any, values: list[Any], is_place: bool) -> ExpectedType:
        part = ExpectedType(self._expected_types, annotation, self._scope)
        part.is_judged, part.is_left = not self.is_left, self.is_left
        return part.with_values(values, is_place)
