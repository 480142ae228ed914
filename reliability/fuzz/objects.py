"""Objects that nobody should pass, and some that everybody does."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import ormolu
from ormolu import attributes, collections, events, instrumentation, state

__all__ = ["Choice", "World"]


class Choice:
    """Numbers out of bytes; zeros once they are used up.

    Args:
        data: the bytes.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    @property
    def is_over(self) -> bool:
        """Whether all bytes are used."""
        return self._place >= len(self._data)

    def below(self, end: int) -> int:
        """Return a number from zero up to ``end``, without it."""
        self._place += 1
        return 0 if self.is_over else self._data[self._place - 1] % end

    def of(self, options: Any) -> Any:
        """Return one of a sequence."""
        return options[self.below(len(options))]


class World:
    """Classes, instances and objects that call back in the middle of what goes on.

    Args:
        choice: decides what there is.
    """

    KEYS = ("x", "y", "items", "tags", "held", "other")

    def __init__(self, choice: Choice) -> None:
        self.choice = choice
        self.depth = 0
        self.kept: list[Any] = []
        self.classes = [self._class() for _ in range(2)]
        self.classes.append(type("Sub", (self.classes[0],), {}))
        instrumentation.register_class(self.classes[2])
        self.models = [tracked_class(self, slots) for slots in ((), self.KEYS)]

    def _class(self) -> type:
        world = self

        class Fuzzed:
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                world.call_back()

            def __del__(self) -> None:
                world.call_back()

        # the warning about __del__ is not what is looked for
        manager = instrumentation.register_class(Fuzzed)
        manager.expired_attribute_loader = self._load
        register = attributes.register_attribute
        register(Fuzzed, "x", active_history=bool(self.choice.below(2)))
        register(Fuzzed, "y", callable_=lambda state, passive: self.thing())
        register(Fuzzed, "items", uselist=True, useobject=True, backref="other", trackparent=True)
        register(Fuzzed, "other", useobject=True, backref="items", trackparent=True)
        register(Fuzzed, "tags", uselist=True, useobject=True, typecallable=set)
        by_key = collections.keyfunc_mapping(lambda member: self.thing())
        register(Fuzzed, "held", uselist=True, useobject=True, typecallable=by_key)
        return Fuzzed

    def _load(self, *args: Any) -> Any:
        self.call_back()
        return self.thing()

    # -- what is passed ----------------------------------------------------------------

    def thing(self) -> Any:
        """Return any object."""
        return self.choice.of(self._makers())()

    def _makers(self) -> list[Callable[[], Any]]:
        return [
            self.instance,
            self.instance,
            self.instance,
            self.model,
            self.model,
            lambda: self.choice.of(self.models),
            lambda: self.choice.of(self.KEYS),
            lambda: self.choice.of(self.classes),
            lambda: self.choice.of((None, 0, -1, 2**80, 1.5, "", "é\0", b"x", (), Ellipsis)),
            lambda: self.choice.of((object, type, int, list, dict, Hostile)),
            lambda: Hostile(self),
            Raising,
            lambda: [self.instance(), Hostile(self)],
            lambda: {self.instance()},
            lambda: {self.choice.of(self.KEYS): self.instance()},
            lambda: iter([self.instance()]),
            self.generator,
            lambda: attributes.instance_state(self.instance()),
            lambda: attributes.instance_dict(self.instance()),
            lambda: instrumentation.manager_of_class(self.choice.of(self.classes)),
            lambda: getattr(self.choice.of(self.classes), self.choice.of(self.KEYS)),
            lambda: self.choice.of((attributes.PASSIVE_OFF, attributes.PASSIVE_NO_INITIALIZE)),
            lambda: self.hear,
            lambda: getattr(self.instance(), self.choice.of(self.KEYS)),
            state.IdentityMap,
            lambda: object.__new__(self.choice.of(self.classes)),
            lambda: type(f"Loose{self.choice.below(5)}", (self.choice.of(self.classes),), {}),
            lambda: self.choice.of(self.kept) if self.kept else None,
        ]

    def instance(self) -> Any:
        """Return an instance, an old one more often than not."""
        living = [kept for kept in self.kept if type(kept) in self.classes]
        if living and self.choice.below(3):
            return self.choice.of(living)
        made = self.choice.of(self.classes)()
        self.keep(made)
        return made

    def model(self) -> Any:
        """Return an instance of a tracked class, an old one more often than not."""
        living = [kept for kept in self.kept if type(kept) in self.models]
        if living and self.choice.below(3):
            return self.choice.of(living)
        made = self.choice.of(self.models)()
        self.keep(made)
        return made

    def keep(self, thing: Any) -> None:
        """Hold an object for a while."""
        self.kept.append(thing)
        if len(self.kept) > 30:
            del self.kept[: self.choice.below(30) + 1]

    def generator(self) -> Iterator[Any]:
        """Yield something, and do something in between."""
        yield self.instance()
        self.call_back()
        yield self.thing()

    def hear(self, *args: Any, **kwargs: Any) -> Any:
        """Listen, and do something."""
        self.call_back()
        return args[self.choice.below(len(args))] if args else None

    # -- what is done in the middle ----------------------------------------------------

    def call_back(self) -> None:
        """Do something to what is there, while something else goes on."""
        if self.depth > 3 or self.choice.is_over:
            return
        self.depth += 1
        try:
            self.choice.of(self._doings())()
        finally:
            self.depth -= 1

    def _doings(self) -> list[Callable[[], Any]]:
        thing = self.instance()
        key = self.choice.of(self.KEYS)
        return [
            *self._doings_to_models(),
            lambda: setattr(thing, key, self.thing()),
            lambda: delattr(thing, key),
            lambda: getattr(thing, key),
            # not clear(): 3.13.0 crashes by itself where a value that goes looks at the rest
            lambda: vars(thing).pop(key, None),
            lambda: vars(thing).update({key: self.thing()}),
            self.kept.clear,
            lambda: gc.collect(0),
            lambda: attributes.instance_state(thing)._expire(vars(thing), set()),
            lambda: attributes.instance_state(thing)._commit_all(vars(thing)),
            lambda: attributes.set_committed_value(thing, key, self.thing()),
            lambda: thing.items.append(self.instance()),
            lambda: thing.tags.update([self.thing()]),
            lambda: events.listen(type(thing), "load", self.hear),
            lambda: instrumentation.unregister_class(type(thing)),
            lambda: setattr(thing, "__class__", self.choice.of(self.classes)),
            lambda: Raising().__eq__(thing),
        ]

    def _doings_to_models(self) -> list[Callable[[], Any]]:
        model, key = self.model(), self.choice.of(self.KEYS)
        return [
            lambda: setattr(model, key, self.thing()),
            lambda: setattr(model, "x", self.choice.below(3)),
            lambda: getattr(model, key),
            lambda: delattr(model, key),
            lambda: model.items.append(self.thing()),
            lambda: ormolu.changes(model),
            lambda: ormolu.commit(model),
            lambda: ormolu.rollback(model),
            lambda: setattr(model, "__dict__", {key: self.thing()}),
            lambda: ormolu.on_change(model, call=self.hear),
        ]

    def close(self) -> None:
        """Take the classes back."""
        self.choice = Choice(b"")
        self.kept.clear()
        for class_ in reversed(self.classes):
            with suppress(Exception):
                instrumentation.unregister_class(class_)
        for class_ in self.models:
            with suppress(Exception):
                ormolu.untrack(class_)
        gc.collect()


def tracked_class(world: World, slots: tuple[str, ...]) -> type:
    """Return a tracked class of a world, whose instances have slots or a dictionary."""

    def __init__(self: Any, *args: Any) -> None:
        self.x, self.y, self.items, self.tags, self.held = 0, None, [], set(), {}
        world.call_back()

    def __del__(self: Any) -> None:
        world.call_back()

    space: dict[str, Any] = {"__init__": __init__, "__del__": __del__}
    types = (int, object, list, set, dict, object)
    space["__annotations__"] = dict(zip(World.KEYS, types, strict=True))
    if slots:
        space["__slots__"] = (*slots, "__weakref__")
    manner: Any = (True, "always", False)[world.choice.below(3)]
    return ormolu.tracked(in_place=manner)(type("Model", (), space))


class Hostile:
    """An object whose every method does something to the world."""

    def __init__(self, world: World | None = None) -> None:
        self.world = world

    def _call_back(self, *args: Any) -> bool:
        if self.world is not None:
            self.world.call_back()
        return False

    __eq__ = __lt__ = __contains__ = __bool__ = __ne__ = _call_back

    def __hash__(self) -> int:
        self._call_back()
        return 1

    def __iter__(self) -> Iterator[Any]:
        self._call_back()
        return iter((self,))

    def __len__(self) -> int:
        self._call_back()
        return 3

    def __getitem__(self, key: Any) -> Any:
        self._call_back()
        return self if key == 0 else None

    def __getattr__(self, name: str) -> Any:
        if name == "world" or name.startswith("__"):
            raise AttributeError(name)
        self._call_back()
        return self

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        self._call_back()
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._call_back()
        return self

    def __index__(self) -> int:
        self._call_back()
        return 1

    def __del__(self) -> None:
        self._call_back()


class Raising:
    """An object whose every method raises."""

    def _raise(self, *args: Any) -> Any:
        raise ZeroDivisionError

    __eq__ = __hash__ = __bool__ = __len__ = __iter__ = __contains__ = _raise
    __getitem__ = __call__ = __index__ = __repr__ = _raise
