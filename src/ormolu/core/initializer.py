"""The ``__init__`` that a registered class gets around its own.

It is generated, not a wrapper with ``*args``: the class keeps its signature, a
wrong call fails with Python's own words, and a traceback shows real lines.

Of the user's text nothing but names of parameters gets into the source, and only those that
are identifiers as Python writes them; a function that says it has others is given whatever
it is called with.
"""

from __future__ import annotations

import ast
import inspect
import keyword
import sys
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

from ormolu.core.sources import filename_for, remember_source

__all__ = ["generate_init"]

_LONGEST_NAME = 200

_GIVES_A_STATE = (
    "    {state} = {manager}._new_state_if_none({instance})",
    "    if {state}:",
    "        return {state}._initialize_instance({call})",
    "    else:",
    "        return {init}({call})",
)


def generate_init(
    class_: type,
    manager: Any,
    original_init: Callable[..., None],
    origin: str,
    body: Sequence[str] = _GIVES_A_STATE,
) -> FunctionType:
    """Return an ``__init__`` that gives the instance a state, then calls the original.

    Args:
        class_: the class to make it for.
        manager: the manager of the class.
        original_init: the ``__init__`` to call, which may be inherited or
            written in C.
        origin: who generates it, for the name of its source.
        body: the lines of another body, with ``{manager}``, ``{init}`` for the original,
            ``{instance}``, ``{call}`` for the arguments and ``{state}`` for a variable.

    The function has the signature, defaults, annotations and docstring of
    ``original_init``, and the globals of its module, so that annotations given
    as strings mean the same.
    """
    signature = _signature_of(original_init)
    names = _free_names(signature)
    header, call, instance = _spell(signature)
    lines = [f"def __init__({header}):"]
    lines += [
        line.format(
            state=names["new_state"],
            manager=names["class_manager"],
            init=names["original_init"],
            instance=instance,
            call=call,
        )
        for line in body
    ]
    filename = filename_for(f"{origin} generated __init__ for class {_full_name(class_)}")
    function = _compile(lines, filename, names, class_, original_init, manager)
    _dress(function, class_, original_init, signature)
    remember_source(function, filename, lines)
    return function


def _signature_of(function: Callable[..., Any]) -> inspect.Signature:
    """The signature, with ``self`` first; anything goes where none is told, or no true one."""
    if function is object.__init__:
        # it takes whatever __new__ takes, and complains itself of the rest
        return inspect.Signature([_parameter("self")])
    # asking an object of the user's may raise anything
    with suppress(Exception):
        told = list(inspect.signature(function).parameters.values())
        if told and all(map(_can_be_spelled, told)):
            # once more: one that somebody has put there need never have been looked at
            return inspect.Signature(told)
    kinds = inspect.Parameter
    return inspect.Signature(
        [
            _parameter("self"),
            _parameter("args", kinds.VAR_POSITIONAL),
            _parameter("kwargs", kinds.VAR_KEYWORD),
        ]
    )


def _can_be_spelled(parameter: inspect.Parameter) -> bool:
    """Whether the name can be written in a source, where it then is the same."""
    name = parameter.name
    if type(parameter) is not inspect.Parameter or type(name) is not str:
        return False
    if not name.isidentifier() or keyword.iskeyword(name) or name == "__debug__":
        return False
    return name.isascii() or unicodedata.is_normalized("NFKC", name)


def _parameter(name: str, kind: Any = inspect.Parameter.POSITIONAL_OR_KEYWORD) -> Any:
    return inspect.Parameter(name, kind)


def _free_names(signature: inspect.Signature) -> dict[str, str]:
    """Names for what the body uses that no parameter has."""
    names = {}
    for wanted in ("class_manager", "original_init", "new_state"):
        name = wanted
        while name in signature.parameters:
            name = f"_{name}"
        names[wanted] = name
    return names


def _spell(signature: inspect.Signature) -> tuple[str, str, str]:
    """The parameter list, the arguments of the inner call, and the name of ``self``."""
    kinds = inspect.Parameter
    parameters = list(signature.parameters.values())
    header: list[str] = []
    call: list[str] = []
    previous: Any = None
    for parameter in parameters:
        name, kind = parameter.name, parameter.kind
        if previous is kinds.POSITIONAL_ONLY and kind is not previous:
            header.append("/")
        if kind is kinds.KEYWORD_ONLY and previous not in (kind, kinds.VAR_POSITIONAL):
            header.append("*")
        # the values of defaults are put on the function afterwards
        if kind is kinds.VAR_POSITIONAL:
            header.append(f"*{name}")
            call.append(f"*{name}")
        elif kind is kinds.VAR_KEYWORD:
            header.append(f"**{name}")
            call.append(f"**{name}")
        elif kind is kinds.KEYWORD_ONLY:
            header.append(name)
            call.append(f"{name}={name}")
        else:
            header.append(name)
            call.append(name)
        previous = kind
    if previous is kinds.POSITIONAL_ONLY:
        header.append("/")
    first = parameters[0]
    instance = f"{first.name}[0]" if first.kind is kinds.VAR_POSITIONAL else first.name
    return ", ".join(header), ", ".join(call), instance


def _full_name(class_: type) -> str:
    module, name = class_.__module__, str.__str__(class_.__qualname__)
    if isinstance(module, str):
        name = f"{str.__str__(module)}.{name}"
    # it is part of what tracebacks print
    return "".join(char if char.isprintable() else "?" for char in name[:_LONGEST_NAME])


def _compile(
    lines: list[str],
    filename: str,
    names: dict[str, str],
    class_: type,
    original_init: Callable[..., Any],
    manager: Any,
) -> FunctionType:
    """Make the function a closure over the manager and the original.

    A closure, and not globals of its own: its globals are those of the class's
    module, where the strings in its annotations have a meaning.
    """
    shared = _code_of("\n".join(lines), names["class_manager"], names["original_init"])
    init_code = shared.replace(co_filename=filename)
    cells = {names["class_manager"]: manager, names["original_init"]: original_init}
    closure = tuple(_cell(cells[name]) for name in init_code.co_freevars)
    return FunctionType(init_code, _globals_of(original_init, class_), "__init__", None, closure)


@lru_cache(maxsize=256)
def _code_of(source: str, manager: str, original: str) -> CodeType:
    """Return the code of a function; most classes have one like that of others.

    The enclosing function exists in the syntax tree only, so that the lines are those
    given.

    Args:
        source: the function.
        manager: the name of the manager in it.
        original: the name of the original ``__init__``.
    """
    outer = ast.parse(f"def make({manager}, {original}): pass")
    enclosing = outer.body[0]
    if not isinstance(enclosing, ast.FunctionDef):  # pragma: no cover - for the types
        raise TypeError(enclosing)
    enclosing.body = ast.parse(source).body
    code = compile(outer, "<ormolu>", "exec")
    make_code = next(const for const in code.co_consts if isinstance(const, CodeType))
    return next(const for const in make_code.co_consts if isinstance(const, CodeType))


def _cell(value: Any) -> Any:
    return (lambda: value).__closure__[0]  # type: ignore[index]


def _globals_of(function: Callable[..., Any], class_: type) -> dict[str, Any]:
    found = getattr(_innermost(function), "__globals__", None)
    if type(found) is dict:
        return found
    name = class_.__module__
    module = sys.modules.get(name) if isinstance(name, str) else None
    return vars(module) if module is not None else {"__builtins__": __builtins__}


def _innermost(function: Callable[..., Any]) -> Any:
    """What decorators have wrapped, unless they go round in circles."""
    try:
        return inspect.unwrap(function)
    except ValueError:
        return function


def _dress(
    function: FunctionType,
    class_: type,
    original: Callable[..., Any],
    signature: inspect.Signature,
) -> None:
    function.__module__ = class_.__module__
    function.__qualname__ = f"{class_.__qualname__}.__init__"
    function.__doc__ = original.__doc__
    inner = _innermost(original)
    function.__defaults__, function.__kwdefaults__ = _defaults_of(inner, function, signature)
    annotations = getattr(inner, "__annotations__", None)
    if annotations:
        function.__annotations__ = dict(annotations)


def _defaults_of(
    inner: Any, function: FunctionType, signature: inspect.Signature
) -> tuple[tuple[Any, ...] | None, dict[str, Any] | None]:
    """The defaults by position and by keyword, the very objects."""
    if type(inner) is FunctionType and _parameters_of(inner) == _parameters_of(function):
        # a signature could not tell a default that is Parameter.empty
        return inner.__defaults__, inner.__kwdefaults__ and dict(inner.__kwdefaults__)
    kinds = inspect.Parameter
    given = {p.name: p for p in signature.parameters.values() if p.default is not kinds.empty}
    by_keyword = {n: p.default for n, p in given.items() if p.kind is kinds.KEYWORD_ONLY}
    by_position = tuple(p.default for n, p in given.items() if n not in by_keyword)
    return by_position or None, by_keyword or None


def _parameters_of(function: FunctionType) -> tuple[Any, ...]:
    """The names of the parameters that may have defaults, and how many go by position."""
    code = function.__code__
    count = code.co_argcount + code.co_kwonlyargcount
    return code.co_argcount, code.co_varnames[:count]
