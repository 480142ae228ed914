"""The errors of the layer, made in one place.

The kernel and the core say what went wrong; what class of error that is, and
in what words, is a matter of the door.  Methods return the error to be raised.
There is a module for each subject.
"""

from __future__ import annotations

from .attributes import AttributeFaults
from .classes import ClassFaults
from .collections import CollectionFaults
from .instances import InstanceFaults
from .wording import class_name, instance_name, shown

__all__ = ["Faults", "class_name", "instance_name", "shown"]


class Faults(ClassFaults, InstanceFaults, AttributeFaults, CollectionFaults):
    """The errors of ormolu's own doors.

    Args:
        state_attr: the attribute of an instance that holds its state.
        manager_attr: the attribute of a class that holds its manager.
    """

    def __init__(self, state_attr: str, manager_attr: str) -> None:
        self.state_attr = state_attr
        self.manager_attr = manager_attr
