"""What tests listen to, and what listens there."""

from dataclasses import dataclass, field

from ormolu import commit, tracked


@tracked
@dataclass
class Point:
    x: int = 0
    y: int = 0
    marks: list = field(default_factory=list)


class Seen(list):
    """What was told, as texts; an object that has a method that listens."""

    def hear(self, event):
        self.append(f"{event.kind} {event}")


@tracked(notify=True)
class Holder:
    value: object
    other: object


def holding(holder, value, seen):
    """The value as the holder has it, which has been committed."""
    holder.value = value
    commit(holder)
    del seen[:]
    return holder.value
