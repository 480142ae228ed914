"""What a type checker has to make of tracked classes; read by test_typing.py, never run.

What is marked to be ignored is an error on purpose: the checkers complain if it is none.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar, assert_type

import attrs
import pydantic

import ormolu
from ormolu import (
    Change,
    ChangeEvent,
    Changes,
    ChangeSet,
    Checkpoint,
    Conflict,
    GraphCheckpoint,
    ObjectChange,
    Ref,
    Subscription,
    Timeline,
    Workspace,
    on_change,
    related,
    track,
    tracked,
    watch,
)

T = TypeVar("T")


# -- a tracked class is the class ------------------------------------------------------------


@tracked
@dataclass
class Post:
    title: str
    tags: list[str] = field(default_factory=list)


@tracked("title", exclude=["tags"], in_place=False, notify=["tags"])
@dataclass(slots=True, kw_only=True)
class Page:
    title: str
    tags: list[str] = field(default_factory=list)


@tracked
class LongPost(Post):
    def shout(self) -> str:
        return self.title.upper()


@tracked()
@dataclass(frozen=True)
class Point:
    x: int = 0


@tracked
@dataclass
class Box(Generic[T]):
    content: T


@tracked
@attrs.define
class Weather:
    celsius: float
    place: str = "Oslo"


@tracked(notify=True)
@attrs.frozen
class Coin:
    value: int


@tracked
class Model(pydantic.BaseModel):
    name: str
    sizes: list[int] = []


@tracked("size")
class Plain:
    def __init__(self, size: int) -> None:
        self.size = size


def classes_are_what_they_were() -> None:
    assert_type(Post("a"), Post)
    assert_type(Post("a", ["b"]).tags, list[str])
    assert_type(Page(title="a").title, str)
    assert_type(LongPost("a").shout(), str)
    assert_type(Point(x=1).x, int)
    assert_type(Box(1), Box[int])
    assert_type(Box("a").content, str)
    assert_type(Weather(1.5, place="Rome").celsius, float)
    assert_type(Coin(1).value, int)
    assert_type(Model(name="a").sizes, list[int])
    assert_type(Plain(1).size, int)

    Post()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Post(title=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Page("a")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Point().x = 2  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Weather("a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Coin(1).value = 2  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Model()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Plain("a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    print(Post("a").titel)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def classes_of_others() -> None:
    assert_type(track(Post, "title"), type[Post])
    assert_type(track(Plain, exclude=["size"])(1), Plain)
    assert_type(tracked(Post), type[Post])
    assert_type(tracked("title")(Post), type[Post])
    track(Post("a"))  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
    track(Post, 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


# -- what is asked, and done -----------------------------------------------------------------


def verbs(post: Post) -> None:
    assert_type(ormolu.changes(post), Changes)
    assert_type(ormolu.changes(post)["title"], Change)
    assert_type(ormolu.changes(post)["title"].old, Any)
    assert_type(ormolu.changes(post).paths(), dict[str, Change])
    assert_type(ormolu.commit(post), Changes)
    assert_type(ormolu.has_changed(post, "title", "tags"), bool)
    assert_type(ormolu.original(post, "title"), Any)
    assert_type(ormolu.history(post, "title"), ormolu.History)
    assert_type(ormolu.previous_changes(post), Changes)
    assert_type(ormolu.is_tracked(post), bool)
    ormolu.rollback(post, "title")

    ormolu.original(post)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ormolu.has_changed(post, 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ormolu.changes(post)[0]  # type: ignore[index]  # pyright: ignore[reportArgumentType]


Key = Literal["title", "tags"]


def names_of_ones_own(post: Post, key: Key) -> None:
    ormolu.rollback(post, key)
    names_of_ones_own(post, "titel")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def checkpoints(post: Post) -> None:
    with ormolu.checkpoint(post) as point:
        assert_type(point, Checkpoint[Post])
        assert_type(point.obj, Post)
        assert_type(point.changes(), Changes)
    of_any: Checkpoint = ormolu.checkpoint(post)
    of_base: Checkpoint[Post] = ormolu.checkpoint(LongPost("a"))
    of_other: Checkpoint[Page] = point  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    print(of_any, of_base, of_other)


# -- listeners -------------------------------------------------------------------------------


def hear(event: ChangeEvent[Post]) -> None:
    assert_type(event.obj, Post)
    assert_type(event.key, str)
    assert_type(event.old, Any)
    assert_type(
        event.kind, Literal["set", "deleted", "rolled back", "undone", "redone", "in place"]
    )


def hear_all(event: ChangeEvent) -> int:
    assert_type(event.obj, Any)
    return 0


def hear_box(event: ChangeEvent[Box[int]]) -> None: ...


def hear_page(event: ChangeEvent[Page]) -> None: ...


async def hear_later(event: ChangeEvent[Post]) -> None: ...


async def listening(post: Post) -> None:
    assert_type(on_change(post, call=hear), Subscription)
    assert_type(on_change(Post, "title", call=hear), Subscription)
    on_change(LongPost("a"), call=hear)
    on_change(LongPost, call=hear, weak=True)
    on_change(post, call=hear_all)
    on_change(Box(1), call=hear_box)
    on_change(Post, call=lambda event: print(event.obj.title))
    on_change(post, call=hear_later)
    with on_change(post, call=hear) as subscription:
        assert_type(subscription.active, bool)

    @on_change(Post, "title")
    def greet(event: ChangeEvent[Post]) -> str:
        return event.obj.title

    @on_change(post)
    async def save(event: ChangeEvent[Post]) -> None: ...

    assert_type(greet(ChangeEvent(post, "title", "a", "b")), str)
    await save(ChangeEvent(post, "title", "a", "b"))

    async for event in watch(post, "title"):
        assert_type(event, ChangeEvent[Post])
    async for event in watch(Post):
        assert_type(event.obj, Post)
    with ormolu.batch():
        pass

    on_change(Box("a"), call=hear_box)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
    on_change(post, call=hear_page)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
    on_change(post)(hear_page)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    on_change(post, hear)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]


# -- relationships ---------------------------------------------------------------------------


@tracked
@dataclass(eq=False)
class City:
    name: str
    country: "Country | None" = related(back_populates="cities")
    twins: set["City"] = related(back_populates="twins")


@tracked
@dataclass(eq=False)
class Country:
    cities: list[City] = related(back_populates="country")
    by_name: dict[str, City] = related(key="name")
    capital: City | None = related()


@tracked
@attrs.define(eq=False)
class Shelf:
    books: list["Book"] = related(back_populates="shelf")


@tracked
@attrs.define(eq=False)
class Book:
    title: str
    shelf: Shelf | None = related(back_populates="books")


def relationships(city: City) -> None:
    assert_type(Country().cities, list[City])
    assert_type(Country([city], {"Oslo": city}, city).by_name, dict[str, City])
    assert_type(city.country, Country | None)
    assert_type(city.twins, set[City])
    assert_type(Book("a", Shelf()).shelf, Shelf | None)
    assert_type(Shelf([Book("a")]).books, list[Book])
    City()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    City("a", "b")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    related("cities")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


# -- many objects ----------------------------------------------------------------------------


def workspaces(post: Post) -> None:
    with Workspace(key="title", classes=[Post]) as work:
        assert_type(work, Workspace)
    Workspace(key=lambda post: post.title, make=lambda class_, values: class_(**values))
    work.attach(post, keep_changes=True)
    assert_type(work.get(Post, "a"), Post | None)
    assert_type(work.find(Ref("Post", "a")), Any)
    assert_type(work.ref(post), Ref)
    assert_type(work.objects, tuple[Any, ...])
    assert_type(work.commit(who="ann"), ChangeSet)
    with work.checkpoint() as point:
        assert_type(point, GraphCheckpoint)

    @work.before_commit
    def save(changes: ChangeSet) -> int:
        return len(changes)

    assert_type(save(work.changes()), int)
    work.after_commit(hear)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    work.after_commit(lambda found: assert_type(found, ChangeSet))
    Workspace(id="id")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def change_sets(changes: ChangeSet, work: Workspace) -> None:
    assert_type(changes["Post", "a"], ObjectChange)
    assert_type(changes[Ref("Post", "a")].fields["title"], Change)
    assert_type(changes.get(Ref("Post", "a")), ObjectChange | None)
    assert_type(changes.get(("Post", "a")), ObjectChange | None)
    assert_type(changes.new, tuple[ObjectChange, ...])
    for ref, change in changes.items():
        assert_type(ref, Ref)
        assert_type(change.kind, Literal["new", "changed", "deleted"])
        assert_type(change.new_values, dict[str, Any])
    assert_type(changes | changes.inverted(), ChangeSet)
    assert_type(ChangeSet.from_json(changes.to_json()), ChangeSet)

    def decide(conflict: Conflict) -> Literal["ours", "theirs"]:
        return "ours" if conflict.key == "title" else "theirs"

    changes.apply(work, on_conflict=decide)
    changes.apply(work, on_conflict="mine")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    changes["Post"]  # type: ignore[index]  # pyright: ignore[reportArgumentType]


def timelines(work: Workspace, post: Post) -> None:
    timeline = Timeline(work, limit=5, coalesce=0.5)
    recording: AbstractContextManager[None] = timeline.record("rename")
    with recording, Timeline(post).record():
        pass
    assert_type(timeline.undo().name, str | None)
    assert_type(timeline.can_redo, bool)
