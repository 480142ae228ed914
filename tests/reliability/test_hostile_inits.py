"""Nothing of a user's class is run by what makes its ``__init__``, whatever it is called."""

import builtins
import inspect
import linecache
import traceback

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reliability.hostile.inits import (
    MARK,
    RUN,
    TEXTS,
    Coded,
    Hostile,
    attack,
    look_at,
)

from ormolu.attributes import instance_state
from ormolu.instrumentation import register_class


@pytest.fixture(autouse=True)
def nothing_was_run():
    """Look that no text was."""
    yield
    assert not hasattr(builtins, MARK)


def source_of(class_):
    return "".join(linecache.getlines(class_.__init__.__code__.co_filename))


def of(init):
    return type("Made", (), {"__init__": init})


@given(st.integers(0, 2**64))
@settings(max_examples=150, deadline=None, database=None, derandomize=True)
def test_classes_of_any_shape(seed):
    attack(seed)


@given(
    names=st.lists(st.from_regex(r"[^\W\d]\w{0,20}", fullmatch=True), max_size=6, unique=True),
    default=st.one_of(st.text(), st.floats(), st.binary(), st.builds(Hostile), st.builds(Coded)),
    docstring=st.one_of(st.none(), st.text()),
    title=st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",))),
)
@settings(max_examples=150, deadline=None, database=None, derandomize=True)
def test_names_defaults_and_docstrings_of_any_kind(names, default, docstring, title):
    space = {}
    try:
        exec(f"def __init__(me_, *, {', '.join(names)}): pass" if names else "", space)
    except SyntaxError:
        return
    init = space.get("__init__", lambda self: None)
    init.__kwdefaults__ = dict.fromkeys(init.__code__.co_varnames[1:], default) or None
    init.__annotations__ = dict.fromkeys(init.__code__.co_varnames[1:], default)
    init.__doc__ = docstring
    class_ = of(init)
    class_.__qualname__ = title
    look_at(class_, init)
    assert instance_state(class_()).class_ is class_


# -- names that no source can have ---------------------------------------------------------


def renamed(init, *names):
    """A function whose parameters have names that no source has."""
    code = init.__code__
    return type(init)(code.replace(co_varnames=names), globals(), "__init__", init.__defaults__)


def takes(self, x, y=2):
    return None


def takes_first(self, x, /):
    return None


IMPOSSIBLE = ("a b", "x): pass\n" + RUN + "#", "x=" + RUN, "", "1", "None", "\ufb01", "__debug__")


@pytest.mark.parametrize("name", IMPOSSIBLE)
@pytest.mark.parametrize("init", [takes, takes_first])
def test_parameters_with_names_that_cannot_be_written(name, init):
    """``None``, ``__debug__`` and names not in normal form failed, or lost their argument."""
    names = ("self", name, "y")[: init.__code__.co_argcount]
    class_ = of(renamed(init, *names))
    register_class(class_)
    class_(1)
    if name != "":
        class_(*[1, 2][: len(names) - 1])
    assert RUN not in source_of(class_)


class Misnamed(inspect.Parameter):
    """Tells another name when it is asked than when it was made."""

    text = RUN

    @property
    def name(self):
        return f"x={self.text}"


class Lying(str):
    """Is a name when it is looked at, and code when it is written."""

    __slots__ = ()

    def __format__(self, spec):
        return f"x={RUN}"

    def isidentifier(self):
        return True


def lying():
    parameter = inspect.Parameter("x", inspect.Parameter.KEYWORD_ONLY, default=1)
    parameter._name = Lying("x")
    return parameter


def changed():
    parameter = inspect.Parameter("x", inspect.Parameter.KEYWORD_ONLY)
    parameter._name = f"x=({RUN})"
    return parameter


FALSE = {
    "a class of parameters": lambda: Misnamed("x", inspect.Parameter.KEYWORD_ONLY),
    "a class of strings": lying,
    "a name that was changed": changed,
}


@pytest.mark.parametrize("make", FALSE.values(), ids=FALSE)
def test_a_signature_that_somebody_has_put_there(make):
    """Its names were written into the source, and run."""

    def __init__(self, **given):
        self.given = given

    first = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    signature = inspect.Signature([first])
    signature._parameters = {"self": first, "x": make()}
    __init__.__signature__ = signature
    class_ = of(__init__)
    register_class(class_)
    assert class_(a=1).given == {"a": 1}
    assert RUN not in source_of(class_)


@pytest.mark.parametrize("told", [5, "self, x", Hostile(), Coded(), RUN])
def test_what_is_no_signature(told):
    def __init__(self, x):
        self.x = x

    __init__.__signature__ = told
    class_ = of(__init__)
    register_class(class_)
    assert class_(1).x == 1


def test_decorators_that_go_round_in_circles():
    """Following them raised ``ValueError``."""

    def __init__(self, x=1):
        self.x = x

    __init__.__wrapped__ = __init__
    class_ = of(__init__)
    register_class(class_)
    assert (class_().x, class_(2).x) == (1, 2)


def test_a_default_that_is_the_sign_of_none():
    """``inspect`` tells no signature of it, since it takes the default for none."""

    def __init__(self, a, b=inspect.Parameter.empty, c=3):
        self.got = (a, b, c)

    class_ = of(__init__)
    register_class(class_)
    assert class_(1).got == (1, inspect.Parameter.empty, 3)


@pytest.mark.parametrize("module", [[], {}, 5, None, Hostile(), Coded(), RUN])
def test_a_module_that_is_none(module):
    """One that cannot be hashed raised ``TypeError``, one that cannot be shown its own error."""
    class_ = type("Made", (dict,), {})
    class_.__module__ = module
    register_class(class_)
    assert class_(a=1) == {"a": 1}


@pytest.mark.parametrize("text", TEXTS)
def test_a_traceback_prints_lines_and_no_more(text):
    class_ = of(lambda self: 1 / 0)
    class_.__qualname__ = text
    class_.__module__ = text
    register_class(class_)
    with pytest.raises(ZeroDivisionError) as caught:
        class_()
    frames = traceback.extract_tb(caught.value.__traceback__)
    (made,) = (frame for frame in frames if frame.filename.startswith("<ormolu generated"))
    assert made.filename.isprintable()
    assert len(made.filename) < 300
    assert made.line == "return new_state._initialize_instance(self)"


def test_very_many_parameters():
    names = [f"p{number}" for number in range(3000)]
    space = {}
    exec(f"def __init__(self, {', '.join(names)}): self.got = {names[-1]}", space)
    class_ = of(space["__init__"])
    look_at(class_, space["__init__"])
    assert class_(*range(3000)).got == 2999


def test_a_mark_would_be_seen():
    exec(RUN)
    assert hasattr(builtins, MARK)
    delattr(builtins, MARK)
