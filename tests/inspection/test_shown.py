"""How views are shown, whatever the objects of a program do when they are."""

import io
import subprocess
import sys
from collections import OrderedDict
from dataclasses import dataclass
from html.parser import HTMLParser

import pytest

import ormolu
from ormolu import inspect, tracked
from ormolu.attributes import instance_state, register_attribute
from ormolu.inspection.shortening import shorten
from ormolu.instrumentation import register_class


class Rude:
    def __repr__(self):
        raise ZeroDivisionError

    def __eq__(self, other):
        raise ValueError("not comparable")

    __hash__ = None


class Elusive:
    @property
    def __class__(self):
        raise RuntimeError("none of your business")


class Loud:
    def __repr__(self):
        return "<script>alert('&')</script>\n" * 50


def in_the_layer(value):
    class Holder:
        pass

    register_class(Holder)
    register_attribute(Holder, "x")
    holder = Holder()
    holder.x = 0
    instance_state(holder)._commit_all(vars(holder))
    holder.x = value
    return holder


def in_a_tracked_class(value):
    @tracked
    @dataclass(eq=False)
    class Holder:
        x: object

    holder = Holder(0)
    holder.x = value
    return holder


@pytest.fixture(params=[in_the_layer, in_a_tracked_class])
def holding(request):
    """Makes an object that holds a value in the place of another one."""
    return request.param


def test_a_repr_that_raises_is_named(holding):
    view = inspect(holding(Rude()))
    assert "<Rude, whose repr raises ZeroDivisionError>" in repr(view)
    assert "whose repr raises" in view._repr_html_()


def test_an_equality_that_raises_leaves_the_history_open(holding):
    view = inspect(holding(Rude())).attributes["x"]
    assert view.changed
    assert view.change in ("was 0", "not comparable")


def test_what_does_not_say_what_it_is_is_shown(holding):
    assert "Elusive" in inspect(holding(Elusive())).attributes["x"].shown
    with pytest.raises(ormolu.errors.UntrackedInstanceError):
        inspect(Elusive())


def test_a_view_stays_as_it_was_looked_at(holding):
    holder = holding(["a"])
    view = inspect(holder).attributes["x"]
    holder.x.append("b")
    assert view.shown == "['a']"


def test_what_would_load_when_shown_is_not_asked():
    class Lazy:
        def __repr__(self):
            return f"Lazy({self.x})"

    loaded = []
    register_class(Lazy)
    register_attribute(Lazy, "x", callable_=lambda state, passive: loaded.append(1))
    for value in (Lazy(), [Lazy()], OrderedDict(a=Lazy()), {Lazy()}):
        assert "<Lazy at " in shorten(value)
    assert loaded == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a" * 100, "aa...aa"),
        (list(range(1000)), "[0, 1, 2, 3, 4, ...]"),
        ({1: {2: {3: {4: {5: 6}}}}}, "{1: {2: {3: {4: {...}}}}}"),
        (frozenset(), "frozenset()"),
        ({}, "{}"),
        ("\ud800", "'\\ud800'"),
        (ormolu.MISSING, "(nothing)"),
    ],
)
def test_values_are_short(value, text):
    assert text in shorten(value)
    assert len(shorten(value)) <= 60


def test_a_container_of_itself_comes_to_an_end():
    value = []
    value.append(value)
    assert shorten(value).startswith("[[[[[")


class Tags(HTMLParser):
    """Takes down the tags, and looks that they are closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.seen = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.append(tag)
        assert not {"src", "href", "onload"} & dict(attrs).keys()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_html_is_escaped_closed_and_loads_nothing(holding):
    text = inspect(holding(Loud()))._repr_html_()
    tags = Tags(text)
    assert tags.open == []
    assert "script" not in tags.seen
    assert "&lt;script&gt;" in text
    assert "http" not in text and "@import" not in text and "url(" not in text
    assert "prefers-color-scheme:dark" in text


def test_html_can_be_encoded(holding):
    class Odd:
        def __repr__(self):
            return "\ud800"

    inspect(holding(Odd()))._repr_html_().encode()


def test_rich_shows_brackets_as_they_are(holding):
    rich_console = pytest.importorskip("rich.console")
    console = rich_console.Console(file=io.StringIO(), width=120)
    console.print(inspect(holding("[bold]x[/]")))
    assert "[bold]x[/]" in console.file.getvalue()


def test_the_first_view_needs_no_rich():
    code = (
        "import sys; sys.modules['rich'] = None\n"
        "import ormolu\n"
        "@ormolu.tracked('x')\n"
        "class Point: x = 1\n"
        "print(ormolu.inspect(Point()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "x  1  set" in done.stdout
