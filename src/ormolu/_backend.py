"""Which core runs: the *native* one, compiled, or the *pure* one.

``ORMOLU_NATIVE`` in the environment decides: ``auto`` takes the native core
where it is built, ``require`` fails where it is not, ``off`` takes the pure one.
This module has to be imported before the kernel is.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import EXTENSION_SUFFIXES

from . import errors

# whatever imports ormolu waits for this module: it makes do with what Python has loaded
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

__all__ = ["KERNEL_MODULES", "backend", "choose", "describe", "stale"]

_KERNEL = os.path.join(os.path.dirname(__file__), "_kernel")

_HEADERS = ("peeking", "rooms", "slots", "tuples")

KERNEL_MODULES = tuple(
    sorted(
        name.removesuffix(".py")
        for name in os.listdir(_KERNEL)
        if name.endswith(".py") and name.removesuffix(".py") not in ("__init__", *_HEADERS)
    )
)
"""The modules of the kernel, each of which is native or pure.

Not those whose native form is a header, which is part of the others.
"""

NATIVE_MODULES = ("construction", "direct", "instances", "rows", "tables")
"""What the kernel has only where it is native: short ways around its other modules."""

_CHOICES = ("auto", "require", "off")


class _PureKernel:
    """Finds the source of a kernel module where its compiled form lies beside it."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        package, _, name = fullname.rpartition(".")
        if package == "ormolu._kernel" and name in NATIVE_MODULES:
            raise ModuleNotFoundError(f"{fullname} is native only, and ORMOLU_NATIVE is off")
        if package != "ormolu._kernel" or name not in KERNEL_MODULES:
            return None
        from importlib.machinery import SourceFileLoader  # noqa: PLC0415 - only for this
        from importlib.util import spec_from_file_location  # noqa: PLC0415

        source = os.path.join(_KERNEL, f"{name}.py")
        return spec_from_file_location(fullname, source, loader=SourceFileLoader(fullname, source))


def choose() -> None:
    """Do what ``ORMOLU_NATIVE`` says; called once, when ormolu is imported.

    Raises:
        BackendError: it has an unknown value, or requires a native core that is
            not there.
    """
    choice = os.environ.get("ORMOLU_NATIVE", "auto")
    if choice not in _CHOICES:
        raise errors.BackendError(
            f"ORMOLU_NATIVE is {choice!r}, and can be one of {', '.join(_CHOICES)}"
        )
    if choice == "off":
        sys.meta_path.insert(0, _PureKernel())
    elif choice == "require":
        missing = [name for name in (*KERNEL_MODULES, *NATIVE_MODULES) if _compiled(name) is None]
        if missing:
            raise errors.BackendError(
                f"ORMOLU_NATIVE=require, and these kernel modules are not compiled: "
                f"{', '.join(missing)}; build them with 'make native', or unset ORMOLU_NATIVE"
            )
    if choice != "off" and "free-threading" in sys.version:
        _take_turns()


def _take_turns() -> None:
    """Have one thread at a time in the native core, before anybody derives from its classes."""
    names = [name for name in (*KERNEL_MODULES, *NATIVE_MODULES) if _compiled(name) is not None]
    modules = [__import__(f"ormolu._kernel.{name}", fromlist=("*",)) for name in names]
    if "turns" in names:
        sys.modules["ormolu._kernel.turns"].take_turns(modules)


def _compiled(name: str) -> str | None:
    for suffix in EXTENSION_SUFFIXES:
        path = os.path.join(_KERNEL, f"{name}{suffix}")
        if os.path.exists(path):
            return path
    return None


def stale() -> list[str]:
    """Return the kernel modules whose compiled form is older than their source."""
    found = []
    for name in (*KERNEL_MODULES, *NATIVE_MODULES):
        compiled = _compiled(name)
        sources = [os.path.join(_KERNEL, f"{name}.{kind}") for kind in ("py", "pyx", "pxd")]
        if compiled is not None and any(
            os.path.exists(source) and os.path.getmtime(source) > os.path.getmtime(compiled)
            for source in sources
        ):
            found.append(name)
    return found


def describe() -> dict[str, str]:
    """Return, for each kernel module, ``"native"`` or ``"pure"``, as it is loaded here."""
    described = {}
    for name in KERNEL_MODULES:
        module = __import__(f"ormolu._kernel.{name}", fromlist=("*",))
        is_source = str(module.__file__).endswith(".py")
        described[name] = "pure" if is_source else "native"
    return described


def backend() -> str:
    """Return ``"native"`` if all of the kernel is, else ``"pure"``."""
    return "native" if set(describe().values()) == {"native"} else "pure"
