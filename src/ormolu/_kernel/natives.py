"""What the native kernel has besides the modules that are pure without it.

Where the kernel is pure, what stands here does the same without them.
"""

from __future__ import annotations

from typing import Any

from . import access

__all__ = ["DescriptorMethods", "Plan", "serve", "serve_calls"]

DescriptorMethods: Any = access.InstanceAccess
"""The base of instrumented attributes; it has no fields."""

Plan: Any = None
"""What makes instances from rows; ``None`` where whoever loads does so himself."""


def serve(descriptor_class: Any) -> None:
    """Prepare for instances of a class that derives from :data:`DescriptorMethods`."""


def serve_calls(manager: Any, own_listener: Any = None) -> None:
    """Prepare for calls of a class that has the keyword constructor and nothing else."""


if not str(access.__file__).endswith(".py"):
    from . import construction, direct, rows  # type: ignore[attr-defined]

    DescriptorMethods = direct.DirectAccess
    Plan = rows.Plan
    serve = direct.learn_layout
    serve_calls = construction.serve_calls
