"""What annotations say of related fields, however they are written."""

from __future__ import annotations

import typing
from dataclasses import dataclass
from typing import Annotated, Optional, Union

import attrs
import pytest

from ormolu import related, tracked
from ormolu.tracking.declared.annotations import Scope, alternatives

ANNOTATIONS = {
    "Optional[list[Book]]": [],
    "Optional[List[Book]]": [],
    "Union[None, set[Book]]": set(),
    "None | list[Book]": [],
    "list[Nowhere] | None": [],
    "Annotated[list[Book], 1]": [],
    "Annotated[Optional[set[Book]], Book]": set(),
    "typing.Optional[typing.List[Nowhere]]": [],
    "'list[Book]'": [],
    "Optional[Book]": None,
    "Nowhere | None": None,
    "Annotated[Book, list]": None,
}


@pytest.mark.parametrize("annotation", ANNOTATIONS)
def test_what_is_made(annotation):
    class Shelf:
        books = related()

    Shelf.__annotations__ = {"books": annotation}
    found, wanted = tracked(Shelf)().books, ANNOTATIONS[annotation]
    assert found == wanted
    assert isinstance(found, type(wanted))


@pytest.mark.parametrize("make", [dataclass(eq=False), attrs.define(eq=False)])
def test_fields_of_a_base_that_is_not_tracked(make):
    @make
    class Base:
        books: list[Book] = related()
        one: Book | None = related()

    @tracked
    @make
    class Sub(Base):
        size: int = 0

    class Other(Base):
        size: int

    assert Sub().books == [] and Sub().one is None
    assert tracked(Other)().books == []


class Book:
    pass


@pytest.mark.parametrize(
    "annotation, found",
    [
        ("int | None", [int, type(None)]),
        (Optional[Union[int, str]], [int, str, type(None)]),
        (typing.NewType("Number", int), [int]),
        ("list['Book']", [list["Book"]]),
        (typing.TypeVar("T", bound=int), [int]),
        (typing.TypeVar("T", int, str), [int, str]),
        (tuple[int, str], [tuple[int, str]]),
        ("list[", [typing.Any]),
        (Annotated[int, 1], [int]),
    ],
)
def test_the_choices_of_an_annotation(annotation, found):
    # typing gives one union for another that has the same members in other order
    assert sorted(map(str, alternatives(annotation, Scope(Book)))) == sorted(map(str, found))
