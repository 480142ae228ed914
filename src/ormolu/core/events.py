"""Listening: to classes being instrumented, to instances, to attributes."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, TypeVar

from .. import errors
from .._kernel.dispatch import Dispatch
from .attributes import ATTRIBUTE_EVENTS, InstrumentedAttribute
from .changing import CHANGING
from .classes import INSTANCE_EVENTS, ClassManager
from .faults import class_name, shown
from .layer import CORE
from .listenings import forget, listenings_of, remember
from .registry import CORE_REGISTRY, INSTRUMENTATION_EVENTS

__all__ = ["contains", "listen", "listens_for", "remove"]

_F = TypeVar("_F", bound=Callable[..., Any])

_ARGUMENTS: dict[str, tuple[str, ...]] = {
    "class_instrument": ("cls",),
    "class_uninstrument": ("cls",),
    "attribute_instrument": ("cls", "key", "inst"),
    "first_init": ("manager", "cls"),
    "init": ("target", "args", "kwargs"),
    "init_failure": ("target", "args", "kwargs"),
    "load": ("target", "context"),
    "refresh": ("target", "context", "attrs"),
    "expire": ("target", "attrs"),
    "pickle": ("target", "state_dict"),
    "unpickle": ("target", "state_dict"),
    "append": ("target", "value", "initiator"),
    "append_wo_mutation": ("target", "value", "initiator"),
    "remove": ("target", "value", "initiator"),
    "set": ("target", "value", "oldvalue", "initiator"),
    "bulk_replace": ("target", "values", "initiator"),
    "init_scalar": ("target", "value", "dict_"),
    "init_collection": ("target", "collection", "collection_adapter"),
    "dispose_collection": ("target", "collection", "collection_adapter"),
    "modified": ("target", "initiator"),
}
_KEYED = {
    "append": "key",
    "append_wo_mutation": "key",
    "remove": "key",
    "bulk_replace": "keys",
}


class _Listening:
    """One function that listens to one event, and how it wants to be called."""

    def __init__(
        self,
        event: str,
        fn: Callable[..., Any],
        *,
        propagate: bool,
        insert: bool,
        named: bool,
        once: bool,
        raw: bool = True,
        retval: bool = True,
        include_key: bool = False,
        active_history: bool = False,
    ) -> None:
        self.event = event
        self.fn = fn
        self.propagate = propagate
        self.insert = insert
        self._named = named
        self._once = once
        self._spent = False
        self._raw = raw or event == "first_init"
        self._retval = retval
        self._include_key = include_key
        self.active_history = active_history
        # where it is this listener that wants the previous value loaded
        self.activated: list[Dispatch] = []
        # kept: a bound method is a new object at each look-up
        self.call: Callable[..., Any] = self.tell

    def tell(self, target: Any, *args: Any, **kwargs: Any) -> Any:
        passed_through = args[0] if args else None
        if self._spent:
            return passed_through
        self._spent = self._once
        if not self._raw:
            target = target.obj()
        if not self._include_key:
            kwargs = {}
        if self._named:
            names = _ARGUMENTS[self.event]
            answer = self.fn(**dict(zip(names, (target, *args), strict=True)), **kwargs)
        else:
            answer = self.fn(target, *args, **kwargs)
        return answer if self._retval else passed_through

    def attach(self, dispatch: Dispatch) -> None:
        dispatch.of(self.event).add(self.call, self.insert, self.propagate)

    def detach(self, dispatch: Dispatch) -> None:
        dispatch.of(self.event).discard(self.call)

    def check_signature(self, target: Any) -> None:
        """Refuse a function that cannot be called with what the event brings."""
        try:
            import inspect  # noqa: PLC0415 - seldom needed

            signature = inspect.signature(self.fn)
        except (TypeError, ValueError):  # a built-in tells none
            return
        names = _ARGUMENTS[self.event]
        keyed = {_KEYED[self.event]: None} if self._include_key and self.event in _KEYED else {}
        try:
            if self._named:
                signature.bind(**dict.fromkeys(names), **keyed)
            else:
                signature.bind(*names, **keyed)
        except TypeError as cause:
            called = ", ".join([*names, *keyed])
            raise errors.ListenerSignatureError(
                f"{class_name(self.fn)}{signature} cannot listen to {self.event!r} of "
                f"{shown(target)}: {cause}; it is called with ({called})"
            ) from cause


class _Target:
    """What is listened to: where its listeners are, and those of its subclasses."""

    def __init__(self, subject: Any, event: str) -> None:
        self.subject = subject
        self.event = event

    @property
    def listenings(self) -> list[_Listening]:
        """Those given to :func:`listen` for this very target."""
        return listenings_of(self.subject)

    def remember(self, listening: _Listening) -> None:
        """Add one to them."""
        remember(self.subject, listening)

    def forget(self, listening: _Listening) -> None:
        """Take one out of them."""
        forget(self.subject, listening)

    def dispatches(self, deep: bool) -> list[Dispatch]:
        raise NotImplementedError

    def attach(self, listening: _Listening) -> None:
        for dispatch in self.dispatches(listening.propagate):
            listening.attach(dispatch)

    def detach(self, listening: _Listening) -> None:
        for dispatch in self.dispatches(True):
            listening.detach(dispatch)


class _AttributeTarget(_Target):
    @property
    def listenings(self) -> list[_Listening]:
        found: list[_Listening] = self.subject.listenings
        return found

    def remember(self, listening: _Listening) -> None:
        self.listenings.append(listening)

    def forget(self, listening: _Listening) -> None:
        self.listenings.remove(listening)

    def dispatches(self, deep: bool) -> list[Dispatch]:
        attribute = self.subject
        found = [attribute.dispatch]
        if deep:
            manager = CORE.manager_of(attribute.class_)
            found += [mgr[attribute.key].dispatch for mgr in manager.subclass_managers(True)]
        return found

    def attach(self, listening: _Listening) -> None:
        super().attach(listening)
        if listening.active_history:
            for dispatch in self.dispatches(listening.propagate):
                if not dispatch._active_history:
                    dispatch._active_history = True
                    listening.activated.append(dispatch)

    def detach(self, listening: _Listening) -> None:
        super().detach(listening)
        for other in self.listenings:
            if other is not listening and other.active_history:
                other.activated += listening.activated
                return
        for dispatch in listening.activated:
            del dispatch._active_history


class _ClassTarget(_Target):
    """A class, registered or not; the listeners wait where there is no manager."""

    def dispatches(self, deep: bool) -> list[Dispatch]:
        classes = _with_subclasses(self.subject) if deep else [self.subject]
        managers = map(CORE.opt_manager_of, classes)
        return [manager.dispatch for manager in managers if manager is not None]


class _InstrumentationTarget(_Target):
    """A class whose registration, and whose subclasses', is to be heard of."""

    def dispatches(self, deep: bool) -> list[Dispatch]:
        return [CORE_REGISTRY.dispatch]

    def attach(self, listening: _Listening) -> None:
        # the registry may hold neither the class nor the listener, which may hold the class
        own = weakref.ref(listening)
        wanted = weakref.ref(self.subject, lambda _: told.discard(call_if_concerned))
        told = CORE_REGISTRY.dispatch.of(self.event)

        def call_if_concerned(class_: type, *args: Any) -> Any:
            base, kept = wanted(), own()
            if base is None or kept is None:
                return None
            concerned = issubclass(class_, base) if kept.propagate else class_ is base
            return kept.tell(class_, *args) if concerned else None

        listening.call = call_if_concerned
        super().attach(listening)


def _with_subclasses(class_: type) -> list[type]:
    found = [class_]
    for known in found:
        subclasses: list[type] = type.__subclasses__(known)
        found += [subclass for subclass in subclasses if subclass not in found]
    return found


def _target(target: Any, event: Any) -> _Target:
    # what is not a string need not have a hash
    name = event if isinstance(event, str) else ""
    if isinstance(target, InstrumentedAttribute) and name in ATTRIBUTE_EVENTS:
        return _AttributeTarget(target, name)
    if isinstance(target, ClassManager) and name in INSTANCE_EVENTS:
        return _ClassTarget(target.class_, name)
    if isinstance(target, type):
        if name in INSTANCE_EVENTS:
            return _ClassTarget(target, name)
        if name in INSTRUMENTATION_EVENTS:
            return _InstrumentationTarget(target, name)
    raise errors.NoSuchEventError(
        f"there is no event {shown(event)} for {shown(target)}; a class has "
        f"{', '.join(sorted(INSTANCE_EVENTS | INSTRUMENTATION_EVENTS))}, an instrumented "
        f"attribute has {', '.join(sorted(ATTRIBUTE_EVENTS))}"
    )


def listen(
    target: Any,
    identifier: str,
    fn: Callable[..., Any],
    *,
    propagate: bool | None = None,
    retval: bool = False,
    raw: bool = False,
    once: bool = False,
    insert: bool = False,
    named: bool = False,
    active_history: bool = False,
    include_key: bool = False,
) -> None:
    """Call ``fn`` whenever something happens.

    Args:
        target: a class, registered or not, a class manager, or an instrumented
            attribute (``Class.name``).
        identifier: the name of the event.
        fn: what to call; a listener that is there already stays where it is.
        propagate: for subclasses too, those that come later included. The
            default is yes for instrumentation events and no for others.
        retval: what ``fn`` returns takes the place of the value (``set``,
            ``append``, ``init_scalar``).
        raw: pass the state and not the instance.
        once: call ``fn`` the first time only.
        insert: call ``fn`` before those that listen already.
        named: pass the arguments by name.
        active_history: load the previous value when one is assigned.
        include_key: pass the index or key of a collection event, as ``key``.

    Raises:
        NoSuchEventError: the target has no such event.
        ListenerSignatureError: ``fn`` cannot be called with the arguments of it.

    Example:
        >>> from ormolu.attributes import register_attribute
        >>> from ormolu.instrumentation import register_class
        >>> class Point: pass
        >>> manager = register_class(Point)
        >>> attribute = register_attribute(Point, "x")
        >>> seen = []
        >>> listen(Point.x, "set", lambda point, new, old, token: seen.append(new))
        >>> Point().x = 3
        >>> seen
        [3]
    """
    subject = _target(target, identifier)
    of_attribute = isinstance(subject, _AttributeTarget)
    of_registration = isinstance(subject, _InstrumentationTarget)
    listening = _Listening(
        identifier,
        fn,
        propagate=of_registration if propagate is None else propagate,
        insert=insert,
        named=named,
        once=once,
        raw=raw or of_registration,
        retval=retval if of_attribute else True,
        include_key=include_key,
        active_history=active_history,
    )
    listening.check_signature(target)
    with CHANGING:
        if _find(subject, fn) is None:
            subject.attach(listening)
            subject.remember(listening)


def _find(subject: _Target, fn: Callable[..., Any]) -> _Listening | None:
    for listening in subject.listenings:
        if listening.event == subject.event and listening.fn == fn:
            return listening
    return None


def listens_for(target: Any, identifier: str, **options: Any) -> Callable[[_F], _F]:
    """Return a decorator that makes a function listen; see :func:`listen`.

    Args:
        target: what to listen to.
        identifier: the name of the event.
        **options: as of :func:`listen`.
    """

    def decorate(fn: _F) -> _F:
        listen(target, identifier, fn, **options)
        return fn

    return decorate


def remove(target: Any, identifier: str, fn: Callable[..., Any]) -> None:
    """Stop listening; everything the call to :func:`listen` has done is undone.

    Args:
        target: as given to :func:`listen`.
        identifier: the name of the event.
        fn: the function.

    Raises:
        NoSuchListenerError: that function does not listen there.
    """
    subject = _target(target, identifier)
    with CHANGING:
        listening = _find(subject, fn)
        if listening is not None:
            subject.detach(listening)
            subject.forget(listening)
            return
    raise errors.NoSuchListenerError(
        f"{class_name(fn)} does not listen to {shown(identifier)} of {shown(target)}; give the "
        "same target, name and function as to listen()"
    )


def contains(target: Any, identifier: str, fn: Callable[..., Any]) -> bool:
    """Return whether ``fn`` listens to that event of that target."""
    with CHANGING:
        return _find(_target(target, identifier), fn) is not None
