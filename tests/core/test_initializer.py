"""A registered class keeps the ``__init__`` that it had, to all who look."""

import gc
import inspect
import linecache
import os
import traceback
import typing

import pytest

from ormolu.attributes import instance_state
from ormolu.instrumentation import register_class


class Marker:
    """Only named in annotations given as strings."""


def keyword_only(self, a, *, b, c="c"):
    """Take keywords."""


def positional_only(self, a, b=2, /, c=3):
    """Take positions."""


def anything(self, *args, **kwargs):
    """Take anything."""


def everything(self, a, /, b, *rest, c, d: "Marker" = 4, **more) -> "None":
    """Take everything."""


def clashing(self, class_manager, original_init=2, *, new_state=3):
    """Have parameters with the names of the generated function."""


def starred(*args):
    """Have no name for self."""


@pytest.mark.parametrize(
    "init", [keyword_only, positional_only, anything, everything, clashing, starred]
)
def test_signature_docstring_and_annotations_stay(init):
    cls = type("Kept", (), {"__init__": init, "__module__": __name__})
    register_class(cls)
    assert cls.__init__ is not init
    assert inspect.signature(cls.__init__) == inspect.signature(init)
    assert cls.__init__.__doc__ == init.__doc__
    assert typing.get_type_hints(cls.__init__) == typing.get_type_hints(init)
    assert cls.__init__.__module__ == __name__


def recording(signature):
    namespace = {}
    exec(f"def __init__({signature}): self.got = {{k: v for k, v in locals().items()}}", namespace)
    return type("Recorded", (), {"__init__": namespace["__init__"]})


@pytest.mark.parametrize(
    ("signature", "args", "kwargs"),
    [
        ("self, a, *, b, c='c'", (1,), {"b": 2}),
        ("self, a, b=2, /, c=3", (1, 5), {"c": 6}),
        ("self, *args, **kwargs", (1, 2), {"x": 3}),
        ("self, a, /, b, *rest, c, d=4, **more", (1, 2, 3, 4), {"c": 5, "e": 6}),
        ("self, class_manager, original_init=2, *, new_state=3", (1,), {"new_state": 9}),
        ("self, new_state, _new_state=1", (7,), {}),
        ("self", (), {}),
    ],
)
def test_arguments_arrive(signature, args, kwargs):
    plain = recording(signature)(*args, **kwargs).got
    tracked = recording(signature)
    register_class(tracked)
    made = tracked(*args, **kwargs)
    assert {k: v for k, v in made.got.items() if k != "self"} == {
        k: v for k, v in plain.items() if k != "self"
    }
    assert instance_state(made).obj() is made


def test_a_wrong_call_fails_with_pythons_own_words():
    register_class(cls := recording("self, a"))
    with pytest.raises(TypeError, match=r"__init__\(\) missing 1 required positional argument"):
        cls()


@pytest.mark.parametrize(
    ("base", "args"), [(dict, ({"a": 1},)), (ValueError, ("why",)), (list, ([1, 2],))]
)
def test_an_init_written_in_c(base, args):
    cls = type("Derived", (base,), {})
    register_class(cls)
    made = cls(*args)
    assert instance_state(made).obj() is made
    assert made.args == args if base is ValueError else list(made) == list(base(*args))


def test_an_inherited_init_is_called_once():
    calls = []

    class Base:
        def __init__(self, x):
            calls.append(x)

    class Sub(Base):
        pass

    register_class(Base)
    register_class(Sub)
    made = Sub(1)
    assert calls == [1]
    assert instance_state(made).manager.class_ is Sub


def test_a_class_without_init_takes_no_arguments():
    class Bare:
        pass

    register_class(Bare)
    Bare()
    with pytest.raises(TypeError):
        Bare(1)


def test_an_init_method_for_a_class_without_its_own():
    class Bare:
        pass

    def init(self, **values):
        self.values = values

    register_class(Bare, init_method=init)
    assert Bare(a=1).values == {"a": 1}


def test_tracebacks_show_real_lines():
    class Failing:
        def __init__(self, x):
            raise LookupError(x)

    register_class(Failing)
    with pytest.raises(LookupError) as caught:
        Failing(1)
    frames = traceback.extract_tb(caught.value.__traceback__)
    generated = [frame for frame in frames if frame.filename.startswith("<ormolu generated")]
    assert [frame.line for frame in generated] == [
        "return new_state._initialize_instance(self, x)"
    ]
    assert "def __init__(self, x):" in inspect.getsource(Failing.__init__)


def test_sources_are_told_apart_and_go_with_their_class():
    names = []
    for _ in range(3):
        register_class(cls := recording("self, a"))
        names.append(cls.__init__.__code__.co_filename)
        assert linecache.getlines(names[-1])
    assert len({*names}) == 3
    del cls
    gc.collect()
    assert not any(name in linecache.cache for name in names)


def test_a_source_stays_while_the_cache_is_gone_through(monkeypatch, tmp_path):
    """A class that the collector drops meanwhile would be a KeyError in a traceback."""
    path = tmp_path / "read.py"
    path.write_text("pass\n")
    assert linecache.getlines(str(path))
    register_class(cls := recording("self, a"))
    name = cls.__init__.__code__.co_filename
    classes = [cls]
    del cls

    real = os.stat

    def stat(path, *arguments, **options):
        classes.clear()
        gc.collect()
        return real(path, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", stat)
        linecache.checkcache()
    assert not classes
    del linecache.cache[str(path)]  # a file of this test alone
    register_class(recording("self, b"))
    assert "self, a" not in "".join(linecache.getlines(name))


def test_two_classes_of_one_name_have_two_sources():
    classes = [recording("self, a"), recording("self, b")]
    for cls in classes:
        register_class(cls)
    first, second = (inspect.getsource(cls.__init__) for cls in classes)
    assert "a)" in first
    assert "b)" in second
