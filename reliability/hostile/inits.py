"""Classes whose ``__init__`` is written to break what generates source from it.

Registering such a class keeps the signature, the very defaults and annotations, and the
docstring of its ``__init__``; a call does what it did; and no text of the class is ever run.
"""

from __future__ import annotations

import builtins
import inspect
import keyword
import linecache
import random
import traceback
import unicodedata
from types import FunctionType
from typing import Any

from ormolu.attributes import instance_state
from ormolu.instrumentation import register_class, unregister_class

__all__ = ["MARK", "NAMES", "RUN", "TEXTS", "Coded", "Hostile", "attack", "look_at"]

MARK = "ormolu_hostile_mark"
"""What is there among the built-ins if text of a class has been run."""
RUN = f"__import__('builtins').__dict__.update({MARK}=1)"

TEXTS = (
    RUN,
    f"\n{RUN}\n",
    f"):\n    {RUN}\n#",
    f'"""; {RUN}; """',
    f"'; {RUN}; '",
    f"{{state}}{{manager}}{RUN}",
    "\r\n\u2028%s{0}{}{missing}",
    "é\udc00",
    "",
)
NAMES = (
    *("self", "args", "kwargs", "class_manager", "original_init", "new_state", "make", "_"),
    *("_class_manager", "_original_init", "__new_state", "__class__", "print", "__call__"),
    *("__builtins__", "__import__", "type", "object", "match", "case", "type_", "ormolu"),
    *("é", "变量", "x" * 3000, "_Made__mangled", "__private", "__name__", "exec", "locals"),
    # Python takes these for fi, a, x and new_state
    *("\ufb01", "\u00aa", "\U0001d431", "\U0001d427ew_state"),
)


class Hostile:
    """An object that answers nobody."""

    def _raise(self, *args: Any) -> Any:
        raise ZeroDivisionError

    __eq__ = __hash__ = __repr__ = __str__ = __bool__ = __format__ = __len__ = _raise


class Coded:
    """An object whose repr is code."""

    def __repr__(self) -> str:
        return RUN

    __str__ = __repr__


_VALUES: tuple[Any, ...] = (
    None,
    Hostile(),
    Coded(),
    RUN,
    inspect.Parameter.empty,
    Ellipsis,
    [],
    0.0,
    object(),
)


def attack(seed: int) -> bool:
    """Register one class, look at it and call it; return whether it has defaults.

    Raises:
        AssertionError: the generated ``__init__`` is not as the class's own.
    """
    chance = random.Random(seed)
    init = _init(chance)
    class_: Any = type("Made", (), {"__init__": init, "__slots__": ("__dict__", "__weakref__")})
    class_.__name__ = class_.__qualname__ = chance.choice(TEXTS).replace("\udc00", "") or "Named"
    class_.__module__ = chance.choice((*TEXTS, None, 5, [], Hostile, "builtins", __name__))
    look_at(class_, init)
    _call(chance, class_, init)
    unregister_class(class_, force=True)
    return bool(init.__defaults__ or init.__kwdefaults__)


def look_at(class_: Any, init: Any) -> None:
    """Register a class, and compare its ``__init__`` with the one that it had.

    Raises:
        AssertionError: they differ, or text of the class was run, or is in the source.
    """
    register_class(class_)
    made = class_.__init__
    assert type(made) is FunctionType and made is not init
    assert _told(made) == _told(init), (_told(made), _told(init))
    assert made.__module__ is class_.__module__
    source = "".join(linecache.getlines(made.__code__.co_filename))
    assert source.count("\n") == 6, source
    assert MARK not in source
    assert made.__code__.co_filename.isprintable()
    _look_for_the_mark()


def _told(function: Any) -> list[Any]:
    """What a function says of itself; values as the objects that they are."""
    parameters = [
        (one.name, one.kind, id(one.default), id(one.annotation))
        for one in inspect.signature(function).parameters.values()
    ]
    annotations = [(name, id(one)) for name, one in function.__annotations__.items()]
    return [
        parameters,
        [id(one) for one in function.__defaults__ or ()],
        [(name, id(one)) for name, one in (function.__kwdefaults__ or {}).items()],
        annotations,
        id(function.__doc__),
    ]


def _look_for_the_mark() -> None:
    assert not hasattr(builtins, MARK), "text of a class was run"


# -- a class -------------------------------------------------------------------------------


def _init(chance: random.Random) -> Any:
    """Return an ``__init__`` with parameters of any name and kind."""
    names = _names(chance)
    several = [names.pop() for _ in range(min(chance.randrange(3), len(names)))]
    cut = chance.randrange(len(names) + 1)
    spelled = ["me_myself", *names[:cut]]
    if chance.random() < 0.4:
        spelled.insert(chance.randrange(1, len(spelled) + 1), "/")
    if several or cut < len(names):
        spelled += [f"*{several[0]}" if several else "*", *names[cut:]]
    spelled += [f"**{several[1]}"] if len(several) > 1 else []
    space: dict[str, Any] = {"all_of_them": locals}
    exec(f"def __init__({', '.join(spelled)}): me_myself.got = all_of_them()", space)
    init = space["__init__"]
    _give_values(chance, init, names[:cut], names[cut:])
    return init


def _names(chance: random.Random) -> list[str]:
    if chance.random() < 0.02:
        return [f"p{number}" for number in range(chance.randrange(300, 1500))]
    some = [chance.choice(NAMES) for _ in range(chance.randrange(8))]
    some = [unicodedata.normalize("NFKC", name) for name in some]
    return list(dict.fromkeys(name for name in some if not keyword.iskeyword(name)))


def _give_values(
    chance: random.Random, init: Any, by_position: list[str], by_keyword: list[str]
) -> None:
    count = chance.randrange(len(by_position) + 1)
    init.__defaults__ = tuple(_plain(chance) for _ in range(count)) or None
    some = chance.sample(by_keyword, chance.randrange(len(by_keyword) + 1))
    init.__kwdefaults__ = {name: chance.choice(_VALUES) for name in some} or None
    named = [name for name in (*by_position, *by_keyword) if chance.random() < 0.5]
    init.__annotations__ = {name: chance.choice(_VALUES) for name in named}
    init.__doc__ = chance.choice((None, *TEXTS))


def _plain(chance: random.Random) -> Any:
    # inspect itself gives up where one that is empty comes after others
    return chance.choice([one for one in _VALUES if one is not inspect.Parameter.empty])


# -- a call --------------------------------------------------------------------------------


def _call(chance: random.Random, class_: Any, init: Any) -> None:
    """Call it with as much as it needs, and with something wrong."""
    code = init.__code__
    needed = code.co_argcount - 1 - len(init.__defaults__ or ())
    given = [chance.choice(_VALUES) for _ in range(needed)]
    keyed = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    named = {n: chance.choice(_VALUES) for n in keyed if n not in (init.__kwdefaults__ or {})}
    plain: Any = object.__new__(type("Plain", (), {}))
    init(plain, *given, **named)
    made = class_(*given, **named)
    assert _identities(made, made.got) == _identities(plain, plain.got)
    assert instance_state(made).obj() is made
    try:
        class_.__init__()
    except TypeError as error:
        assert "__init__" in str(error)
        traceback.format_exception(error)
    _look_for_the_mark()


def _identities(me: Any, got: dict[str, Any]) -> dict[str, Any]:
    return {name: _identity(one) for name, one in got.items() if one is not me}


def _identity(one: Any) -> Any:
    if type(one) is dict:
        return {name: id(value) for name, value in one.items()}
    return [id(value) for value in one] if type(one) is tuple else id(one)
