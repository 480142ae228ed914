"""What `Changes.within` returns is made of public classes."""

from dataclasses import dataclass, field

import ormolu
from ormolu import MISSING, Attr, Difference, Item, Member


@dataclass
class Style:
    colour: str


@ormolu.tracked
@dataclass
class Page:
    meta: dict
    words: set = field(default_factory=set)


def test_the_steps_of_a_path_can_be_told_apart_and_followed():
    page = Page({"style": Style("red")}, {"a"})
    ormolu.commit(page)
    page.meta["style"].colour = "gold"
    page.words.add("b")
    found = ormolu.changes(page)
    assert found.within("meta") == [Difference((Item("style"), Attr("colour")), "red", "gold")]
    assert found.within("words") == [Difference((Member("b"),), MISSING, "b")]
