"""Classes whose annotations are all texts, some of them of what is not there."""

from __future__ import annotations

import dataclasses
import typing
from dataclasses import KW_ONLY, InitVar
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NewType, Optional, Union

import attrs
import pydantic

if TYPE_CHECKING:
    from typing import ClassVar as OnlyChecked

    from somewhere import Missing

Number = NewType("Number", "int")
Nested = Union[int, "tuple[Nested, ...]"]
Itself: Any = "Itself"


class Colour(Enum):
    RED = 1


class Plain:
    number: int
    maybe: Optional[Colour]
    quoted: "int"
    half: Optional["int"]
    nested: Nested
    numbered: Number
    date: date | None = None
    missing: Missing
    missing_in: tuple[int, Missing]
    itself: Itself
    broken: 1 / 0
    shared: ClassVar[Missing]
    shared_too: typing.ClassVar = 3
    quoted_shared: "ClassVar[int]"
    checked: OnlyChecked[Missing] = 1


@dataclasses.dataclass
class Data:
    first: int
    rest: list[Missing]
    given: InitVar[int]
    _: KW_ONLY
    key: Annotated[str, "a key"] = ""
    made: int = dataclasses.field(init=False, default=0)
    shared: ClassVar[int] = 0


@attrs.define
class Attrs:
    first: int
    rest: list[Missing]
    shared: ClassVar[int] = 0


class Model(pydantic.BaseModel):
    first: int
    children: list[Model] = []
    colour: Colour | None = None
    shared: ClassVar[int] = 0
    _private: int = 3
