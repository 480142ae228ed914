"""The manager of a tracked class: its fields, and what stands on the class for them."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any, ClassVar

from ..._kernel.beside import Gate, Making
from ..._kernel.sentinels import MISSING
from ..._kernel.storage import (
    InDictionary,
    Notifying,
    SharedSlot,
    Storage,
    ThroughClass,
    ThroughDescriptor,
)
from ...core.classes import ClassManager
from ...core.initializer import generate_init
from ...core.layer import Layer
from ...errors import ClassByValueError
from ..declared.fields import Field, Shape
from ..declared.libraries import Kind, made_by
from ..fields import own_methods, writers
from ..fields.attribute import FieldAttribute, is_slot
from ..fields.elsewhere import Elsewhere, keeps_elsewhere
from ..fields.in_place import InPlace
from ..fields.notifying import NotifiedFields, notified, notifying
from ..fields.recording import end_and_look
from ..fields.watched import Watched
from ..instances import births, held
from ..instances.adoption import adopt
from ..instances.anchorages import Anchorage, DictAnchorage, InSlot, Nowhere, SlotAnchorage
from ..instances.first_births import FirstBirths
from ..instances.state import TrackedState
from ..layer import TRACKED
from ..relationships.attributes import RelatedAttribute
from ..relationships.related import Related, related_fields
from ..values.classes import ATOMS
from .parting import give_back, taken_along

__all__ = ["TrackedManager"]


class TrackedManager(ClassManager[Any]):
    """What is known of one tracked class.

    Attributes:
        shape: what of the class is tracked; ``None`` until it is known.
        looks: whether values that were read are compared with what they were; "always", if
            those that nobody has read are as well.
        names: what was asked for, if names were given.
        exclude: names that were not to be tracked.
        notify: fields whose containers were to tell at once, or whether all were.
        notified: the names of those whose containers do, here or in a base class.
        is_adopted: whether nobody asked for it but a base class.
        maker: what had made the class when it was tracked.
        gate: what writes ask first.
        relates: whether instances hold other tracked objects.
        elsewhere: whether the class may keep values where nothing but itself finds them.
        anchorage: how instances hold their own state.
        listeners: those that are told of changes of any instance.
    """

    layer: ClassVar[Layer] = TRACKED
    MANAGER_ATTR: ClassVar[str] = TRACKED.manager_attr
    STATE_ATTR: ClassVar[str] = TRACKED.state_attr

    _makes_cycles: bool = False

    shape: Shape | None = None
    looks: InPlace = True
    names: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    notify: NotifiedFields = False
    notified: frozenset[str] = frozenset()
    is_adopted: bool = False
    maker: Kind = "plain"
    first_births: FirstBirths | None = None
    relates: bool = False
    elsewhere: bool = False
    anchorage: Anchorage
    listeners: tuple[Any, ...] = ()

    def __init__(self, class_: type) -> None:
        self.gate = Gate(self, class_, TrackedState, ATOMS)
        super().__init__(class_)

    @property
    def in_order(self) -> bool:
        """Whether it is known that no decorator went on building the class later."""
        return self.gate.in_order

    @in_order.setter
    def in_order(self, known: bool) -> None:
        self.gate.in_order = known

    @property
    def news(self) -> frozenset[CodeType]:
        """The code of each ``__new__`` that makes instances."""
        return self.gate.news  # type: ignore[no-any-return]

    @property
    def tell(self) -> Callable[..., None] | None:
        """What tells who listens to an instance of what has happened to it; mostly nothing."""
        return self.gate.tell  # type: ignore[no-any-return]

    @tell.setter
    def tell(self, tell: Callable[..., None] | None) -> None:
        self.gate.tell = tell

    @property
    def _state_constructor(self) -> Any:
        return TrackedState

    def ask_for(
        self,
        names: tuple[str, ...] | None,
        exclude: tuple[str, ...],
        looks: InPlace,
        notify: NotifiedFields,
    ) -> None:
        """Take note of what is wanted."""
        self.names, self.exclude, self.looks, self.notify = names, exclude, looks, notify

    def adopted_from(self, base: TrackedManager) -> None:
        """Want what a base class wants."""
        self.ask_for(base.names, base.exclude, base.looks, base.notify)
        self.is_adopted = True

    def __reduce_ex__(self, protocol: Any) -> Any:
        # cloudpickle writes down a class of __main__ with all that it finds on it
        name = self.class_.__qualname__
        raise ClassByValueError(
            f"{name} is tracked, and to be pickled as a whole; at the other side nothing would "
            f"be tracked of it. Have {name} in a module that both sides can import, so that "
            f"its name is enough",
            class_=self.class_,
        )

    def take_over(self, former: TrackedManager | None) -> None:
        """Have those listen who listened to the class when it was tracked otherwise."""
        if former is not None and former.tell is not None:
            self.listeners, self.tell = former.listeners, former.tell

    def set_up(self, shape: Shape) -> None:
        """Have fields of the class tracked; to be done once.

        Args:
            shape: what they are.
        """
        self.shape = shape
        self.elsewhere = keeps_elsewhere(self.class_)
        self.maker = made_by(self.class_)
        self.gate.news = births.codes_of_new(self.class_)
        self.tell = next((base.tell for base in self._bases if base.tell is not None), None)
        inherited = [name for base in self._bases for name in base.notified]
        self.notified = notified(shape, self.notify, inherited)
        self._shared = self._shared_slot()
        self.anchorage = self._anchorage()
        related = related_fields(self.class_)
        for field in shape.fields.values():
            if field.name in related:
                continue
            member = self._member(field.name)
            if not self._is_inherited(field, member):
                storage = self._storage(field, member)
                attribute = FieldAttribute(self.class_, field, member, storage)
                self.instrument_attribute(field.name, attribute)
        for name, declared in related.items():
            if name not in self.exclude and (self.names is None or name in self.names):
                self._relate(name, declared)
        self._open_gate(shape)
        for name, make in writers.MAKERS.items():
            original = getattr(self.class_, name)
            if original not in own_methods.MADE:
                self.install_member(name, make(self, original))
        self._install_births(shape)
        if shape.kind == "pydantic":
            self._have_models_adopted()

    def _open_gate(self, shape: Shape) -> None:
        """Have writes know of the fields, and where their values are."""
        fields = tuple(attribute for attribute in self.values() if not attribute.relates)
        self.gate.fields = fields
        if not self.elsewhere:  # or it matters which of the places had a value before
            self.gate.storages = tuple(attribute.storage for attribute in fields)
        if shape.kind == "pydantic":
            self.gate.marks = "__pydantic_fields_set__"
            self.gate.in_dictionary = not self.notified and not any(
                hasattr(type(attribute.member), "__set__") for attribute in fields
            )

    def _have_models_adopted(self) -> None:
        """Have models that are derived later tracked as soon as Pydantic has built them.

        It puts values into instances past their class, so the first would not be known.
        """
        name = "__pydantic_init_subclass__"
        own = vars(self.class_).get(name)
        if own is None and any(base.shape is not None for base in self._bases):
            return
        class_ = self.class_

        def adopting(model: type, /, **kwargs: Any) -> None:
            hook = getattr(super(class_, model), name) if own is None else own.__get__(None, model)
            hook(**kwargs)
            if getattr(model, "__pydantic_complete__", False):
                adopt(model)

        adopting.__name__ = adopting.__qualname__ = name
        self.install_member(name, classmethod(adopting))

    def _relate(self, name: str, declared: Related) -> None:
        """Have a field tracked that holds other tracked objects."""
        self.relates = True
        present, member = self.get(name), self._member(name)
        if present is None or present.member is not member:
            attribute = RelatedAttribute(self, name, declared, member)
            self.instrument_attribute(name, attribute)

    def _is_inherited(self, field: Field, member: Any) -> bool:
        """Whether what a base class has for a field will do."""
        present = self.get(field.name)
        if present is None or present.member is not member or not present.field.serves(field):
            return False
        if self._is_covered(field.name):
            return False
        return isinstance(present.storage, Notifying) is (field.name in self.notified)

    # -- where values are ------------------------------------------------------------------

    def _shared_slot(self) -> str | None:
        """The slot that the state may share, where instances have nothing but slots.

        It is that of a base class, or one that is watched anyway, if there is one.
        """
        if self.class_.__dictoffset__:
            return None
        for base in self._bases:
            if base.shape is not None:
                return base._shared  # type: ignore[no-any-return]
        fields = self.shape.fields.values() if self.shape is not None else ()
        slots = [field for field in fields if is_slot(self._member(field.name))]
        return min(slots, key=lambda field: not field.mutable).name if slots else None

    def _anchorage(self) -> Anchorage:
        if self._shared is None:
            return DictAnchorage()
        return SlotAnchorage(ThroughDescriptor(self._member(self._shared)))

    def _member(self, name: str) -> Any:
        """What the class has under a name of its own, or ``MISSING``."""
        for class_ in self.class_.__mro__:
            if name in vars(class_):
                found = vars(class_)[name]
                return found.member if isinstance(found, (Watched, RelatedAttribute)) else found
        return MISSING

    def _is_covered(self, name: str) -> bool:
        """Whether the class has a slot of its base again, before what watches that.

        attrs gives it to a subclass that says something else of a field.
        """
        found = [vars(class_)[name] for class_ in self.class_.__mro__ if name in vars(class_)]
        return any(isinstance(one, Watched) for one in found[1:]) and is_slot(found[0])

    def _is_watched(self, field: Field) -> bool:
        if field.name == self._shared or field.name in self.notified:
            return True
        return bool(self.looks) and field.mutable

    def _storage(self, field: Field, member: Any) -> Storage:
        storage = self._plain_storage(field, member)
        if field.name not in self.notified:
            return storage
        return notifying(storage, field.name, member)

    def _plain_storage(self, field: Field, member: Any) -> Storage:
        storage = self._usual_storage(field, member)
        # a descriptor is asked before __getattr__ is
        is_found = hasattr(type(member), "__set__")
        return storage if is_found or not self.elsewhere else Elsewhere(field.name, storage)

    def _usual_storage(self, field: Field, member: Any) -> Storage:
        if not self._is_watched(field):
            return ThroughClass(field.name)
        if not hasattr(type(member), "__set__"):
            return InDictionary(field.name, member)
        storage = ThroughDescriptor(member)
        return SharedSlot(storage, InSlot) if field.name == self._shared else storage

    # -- what is put on the class ------------------------------------------------------------

    def install_descriptor(self, key: str, inst: Any) -> None:
        """Put a descriptor on the class, for a field that has to be watched."""
        if isinstance(inst, RelatedAttribute):
            super().install_descriptor(key, inst)
        elif self._is_watched(inst.field):
            looks = bool(self.looks) and inst.field.mutable
            super().install_descriptor(key, Watched(inst, looks))

    def uninstall_descriptor(self, key: str) -> None:
        """Take it away again."""
        if key in self._replaced:
            super().uninstall_descriptor(key)

    def _instrument_copy(self) -> None:
        """Copies are made as before: a copy is an instance that was never changed."""

    def _instrument_init(self) -> None:
        assert self.shape is not None
        original: Any = self.class_.__init__
        if "__init__" in self.shape.births and original not in births.MADE:
            making = Making(self._end, self.looks == "always")
            made = generate_init(
                self.class_, making, original, self.init_origin, births.BODY_OF_INIT
            )
            # what libraries have noted there: Pydantic, that it is none of the user's
            made.__dict__.update(getattr(original, "__dict__", {}))
            births.MADE.add(made)
            self.new_init = made
            self.install_member("__init__", made)

    def _install_births(self, shape: Shape) -> None:
        methods = {name: getattr(self.class_, name) for name in shape.births if name != "__init__"}
        if shape.holds_values != "dict" and not hasattr(self.class_, "__setstate__"):
            methods["__setstate__"] = births.set_slots
        for name, original in methods.items():
            if original not in births.MADE:
                restores = name == "__setstate__"
                how = held.BEING_RESTORED if restores else held.BEING_MADE
                self.install_member(name, births.birth(original, how, self._end))

    @property
    def _end(self) -> Callable[[Any], None]:
        """What is called with an instance that is made."""
        return end_and_look if self.looks == "always" else held.end

    # -- instances ---------------------------------------------------------------------------

    def marks_of(self, instance: Any) -> set[str] | None:
        """Return the fields that an instance says were set, or ``None`` if it does not say."""
        if self.shape is None or self.shape.kind != "pydantic":
            return None  # a __getattr__ of the class need not know the name
        marks = getattr(instance, "__pydantic_fields_set__", None)
        return set(marks) if isinstance(marks, set) else None

    def mark(self, instance: Any, marks: set[str] | None) -> None:
        """Have an instance say that these fields were set."""
        if marks is not None:
            object.__setattr__(instance, "__pydantic_fields_set__", marks)

    def unregister(self) -> None:
        """Take everything off the class again, and off instances that hold their state."""
        held_by_instances = taken_along(self)
        self._let_all_go()
        super().unregister()
        give_back(held_by_instances)
        # other threads may have gone on meanwhile, and be in the middle of a write still
        self.anchorage = Nowhere()
        self._let_all_go()

    def _let_all_go(self) -> None:
        for instance in held.living(self.class_):
            held.let_go(instance)
