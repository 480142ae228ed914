"""The ``__init__`` that a registered class gets around its own.

It is generated, not a wrapper with ``*args``: the class keeps its signature, a
wrong call fails with Python's own words, and a traceback shows real lines.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import sys
import weakref
from collections.abc import Callable
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

__all__ = ["generate_init"]

_BODY = (
    "    {state} = {manager}._new_state_if_none({instance})",
    "    if {state}:",
    "        return {state}._initialize_instance({call})",
    "    else:",
    "        return {init}({call})",
)


def generate_init(
    class_: type, manager: Any, original_init: Callable[..., None], origin: str
) -> FunctionType:
    """Return an ``__init__`` that gives the instance a state, then calls the original.

    Args:
        class_: the class to make it for.
        manager: the manager of the class.
        original_init: the ``__init__`` to call, which may be inherited or
            written in C.
        origin: who generates it, for the name of its source.

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
        for line in _BODY
    ]
    filename = _filename_for(f"{origin} generated __init__ for class {_full_name(class_)}")
    function = _compile(lines, filename, names, class_, original_init, manager)
    _dress(function, class_, original_init)
    _remember_source(function, filename, lines)
    return function


def _signature_of(function: Callable[..., Any]) -> inspect.Signature:
    """The signature, with ``self`` first; anything goes where C tells none."""
    if function is object.__init__:
        # it takes whatever __new__ takes, and complains itself of the rest
        return inspect.Signature([_parameter("self")])
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        signature = None
    if signature is None or not signature.parameters:
        kinds = inspect.Parameter
        return inspect.Signature(
            [
                _parameter("self"),
                _parameter("args", kinds.VAR_POSITIONAL),
                _parameter("kwargs", kinds.VAR_KEYWORD),
            ]
        )
    return signature


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
        default = "" if parameter.default is kinds.empty else "=None"
        if kind is kinds.VAR_POSITIONAL:
            header.append(f"*{name}")
            call.append(f"*{name}")
        elif kind is kinds.VAR_KEYWORD:
            header.append(f"**{name}")
            call.append(f"**{name}")
        elif kind is kinds.KEYWORD_ONLY:
            header.append(f"{name}{default}")
            call.append(f"{name}={name}")
        else:
            header.append(f"{name}{default}")
            call.append(name)
        previous = kind
    if previous is kinds.POSITIONAL_ONLY:
        header.append("/")
    first = parameters[0]
    instance = f"{first.name}[0]" if first.kind is kinds.VAR_POSITIONAL else first.name
    return ", ".join(header), ", ".join(call), instance


def _full_name(class_: type) -> str:
    return f"{class_.__module__}.{class_.__qualname__}"


def _filename_for(title: str) -> str:
    filename = f"<{title}>"
    number = 1
    while filename in linecache.cache:
        number += 1
        filename = f"<{title} ({number})>"
    return filename


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
    found = getattr(inspect.unwrap(function), "__globals__", None)
    if found is not None:
        return found  # type: ignore[no-any-return]
    module = sys.modules.get(class_.__module__)
    return vars(module) if module is not None else {"__builtins__": __builtins__}


def _dress(function: FunctionType, class_: type, original: Callable[..., Any]) -> None:
    function.__module__ = class_.__module__
    function.__qualname__ = f"{class_.__qualname__}.__init__"
    function.__doc__ = original.__doc__
    inner = inspect.unwrap(original)
    defaults = getattr(inner, "__defaults__", None)
    if defaults:
        function.__defaults__ = defaults
    keyword_defaults = getattr(inner, "__kwdefaults__", None)
    if keyword_defaults:
        function.__kwdefaults__ = dict(keyword_defaults)
    annotations = getattr(inner, "__annotations__", None)
    if annotations:
        function.__annotations__ = dict(annotations)


def _remember_source(function: FunctionType, filename: str, lines: list[str]) -> None:
    """Let tracebacks and debuggers show the source for as long as there is one."""
    source = [f"{line}\n" for line in lines]
    linecache.cache[filename] = (sum(map(len, source)), None, source, filename)
    weakref.finalize(function, linecache.cache.pop, filename, None).atexit = False
