"""The descriptor methods of an instrumented attribute: native where the kernel is."""

from __future__ import annotations

from typing import Any

from . import access

__all__ = ["DescriptorMethods", "serve"]

DescriptorMethods: Any = access.InstanceAccess
"""The base of instrumented attributes; it has no fields."""


def serve(descriptor_class: Any) -> None:
    """Prepare for instances of a class that derives from :data:`DescriptorMethods`."""


if not str(access.__file__).endswith(".py"):
    from . import direct  # type: ignore[attr-defined]

    DescriptorMethods = direct.DirectAccess
    serve = direct.learn_layout
