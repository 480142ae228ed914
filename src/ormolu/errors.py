"""Every error and warning of ormolu, in one tree.

Each error derives from :class:`OrmoluError`, and from the built-in exception
that a caller who knows nothing of ormolu would expect.  The message names the
class, the attribute, the cause and the way out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "AlreadyImportedError",
    "AlreadyInstalledError",
    "ArgumentError",
    "BackendError",
    "BackrefConflictError",
    "CheckpointError",
    "ClaimedError",
    "ClassByValueError",
    "CollectionClassError",
    "CollectionError",
    "ConflictError",
    "ConflictingManagersError",
    "CorruptPickleError",
    "DeprecatedNameWarning",
    "DereferencedError",
    "EmptyCollectionError",
    "FinalizerWarning",
    "IdentityConflictError",
    "IdentityError",
    "IdentityMapClosedError",
    "IncompatibleCollectionError",
    "InstallError",
    "InstancesAliveError",
    "InvalidKeyError",
    "InvalidatedCollectionWarning",
    "LayoutError",
    "LifeCycleError",
    "ListenerError",
    "ListenerFailedError",
    "ListenerLoopError",
    "ListenerSignatureError",
    "LoaderError",
    "LoaderLeftUnsetError",
    "LoaderReentryError",
    "MissingExtraError",
    "NoRunningLoopError",
    "NoSuchAttributeError",
    "NoSuchEventError",
    "NoSuchListenerError",
    "NoValueError",
    "NotAClassError",
    "NotAMemberError",
    "NotAMemberKeyError",
    "NotBeneathError",
    "NotInWorkspaceError",
    "NotRecordedError",
    "OneByOneWarning",
    "OrmoluError",
    "OrmoluWarning",
    "ParentsNotTrackedError",
    "PatchError",
    "PeerFetchingError",
    "ProfileError",
    "RefusedLoadError",
    "RegistrationError",
    "RelationshipError",
    "ReservedNameError",
    "ScriptError",
    "StaleParentError",
    "TimelineError",
    "UnawaitedLoadError",
    "UnknownFieldError",
    "UnreferableListenerError",
    "UnregisteredClassError",
    "UnrestorableFieldError",
    "UnsupportedVersionError",
    "UntrackableClassError",
    "UntrackedClassError",
    "UntrackedInstanceError",
    "WorkspaceError",
]


class OrmoluError(Exception):
    """Base of all errors of ormolu.

    Args:
        message: what happened, why, and what to do about it.
        class_: the class concerned, if there is one.
        key: the name of the attribute concerned, if there is one.

    Example:
        >>> try:
        ...     raise NoValueError("Point.x has no value", key="x")
        ... except OrmoluError as error:
        ...     error.key
        'x'
    """

    def __init__(self, message: str, *, class_: Any = None, key: str | None = None) -> None:
        super().__init__(message)
        self.class_ = class_
        self.key = key

    def __str__(self) -> str:
        # KeyError, a base of some of these, would show the repr of the message
        return str(self.args[0]) if self.args else ""


class ArgumentError(OrmoluError, TypeError):
    """An argument is of a kind that nothing can be done with."""


class RegistrationError(OrmoluError, TypeError):
    """A class cannot be registered, or not in this way."""


class NotAClassError(RegistrationError):
    """What was to be registered is not a class, or is one that cannot be changed."""


class LayoutError(RegistrationError):
    """Instances of the class have no room for weak references or for state."""


class UntrackableClassError(RegistrationError):
    """Instances of the class cannot change, or nothing is known of what they have."""


class ConflictingManagersError(RegistrationError):
    """Two different kinds of instrumentation meet in one hierarchy."""


class InstancesAliveError(RegistrationError):
    """A class cannot be unregistered while instances of it are alive."""


class ReservedNameError(OrmoluError, KeyError):
    """The name is one that the interpreter, or the layer itself, uses on the class."""


class InvalidKeyError(OrmoluError, ValueError):
    """The name of an attribute is not an identifier."""


class UnregisteredClassError(OrmoluError, LookupError):
    """The class is not registered."""


class CorruptPickleError(OrmoluError, ValueError):
    """What a pickle says of a tracked instance cannot have been pickled of one."""


class ClassByValueError(OrmoluError, TypeError):
    """A tracked class itself, and not its name, was to be pickled."""


class NoSuchAttributeError(OrmoluError, KeyError):
    """The class has no instrumented attribute of that name."""


class UnknownFieldError(OrmoluError, AttributeError):
    """Instances of the class have no such field that could be tracked."""


class UntrackedInstanceError(OrmoluError, LookupError):
    """The instance has no state: it was made without the class's ``__init__``."""


class UntrackedClassError(UntrackedInstanceError, KeyError):
    """The class of the instance is not tracked, or is no longer."""


class CheckpointError(OrmoluError, LookupError):
    """The checkpoint is gone: what it is of was committed since, or all of it rolled back."""


class DereferencedError(OrmoluError, ReferenceError):
    """The instance that the state belongs to is gone."""


class UnrestorableFieldError(OrmoluError, ValueError):
    """A descriptor of the class makes another value of what the field had."""


class NoValueError(OrmoluError, AttributeError):
    """The attribute has no value to delete or to flag."""


class LoaderError(OrmoluError):
    """A loader did not do what a loader has to do."""


class LoaderLeftUnsetError(LoaderError, KeyError):
    """The loader came back without a value for the attribute that was read."""


class UnawaitedLoadError(LoaderError, RuntimeError):
    """An attribute was read that only ``await`` can load."""


class RefusedLoadError(LoaderError, RuntimeError):
    """A read would have loaded, one by one, what others miss that came in together with it."""


class LoaderReentryError(LoaderError, RecursionError):
    """The loader reads the attribute that it is loading."""


class ListenerError(OrmoluError):
    """Something is wrong with a listener or with what it listens to."""


class NoSuchEventError(ListenerError, LookupError):
    """There is no event of that name for that target."""


class NoSuchListenerError(ListenerError, LookupError):
    """That function does not listen to that event of that target."""


class ListenerSignatureError(ListenerError, TypeError):
    """The function cannot be called with the arguments of the event."""


class UnreferableListenerError(ListenerError, TypeError):
    """There cannot be weak references to the listener, or to the owner of the method."""


class NoRunningLoopError(ListenerError, RuntimeError):
    """A listener that is a coroutine function was to be told where no event loop runs."""


class ListenerLoopError(ListenerError, RecursionError):
    """Listeners go on changing what they listen to."""


class ListenerFailedError(ListenerError, ExceptionGroup[Exception]):
    """Listeners raised; what they were told of has happened, and stays.

    Args:
        message: what happened, why, and what to do about it.
        failures: what the listeners raised.
        class_: the class concerned.
        key: the name of the attribute concerned.

    Example:
        >>> try:
        ...     raise ListenerFailedError("Point.x was set, but", [ValueError("no")])
        ... except* ValueError as group:
        ...     group.exceptions
        (ValueError('no'),)
    """

    def __new__(
        cls, message: str, failures: Sequence[Exception], **about: Any
    ) -> ListenerFailedError:
        """Make the group."""
        return super().__new__(cls, message, failures)

    def __init__(
        self,
        message: str,
        failures: Sequence[Exception],
        *,
        class_: Any = None,
        key: str | None = None,
    ) -> None:
        super().__init__(message, class_=class_, key=key)
        self.args = (message, failures)

    def derive(self, failures: Sequence[Exception]) -> ListenerFailedError:  # type: ignore[override]
        """Return the same of some of the failures, for ``except*``."""
        return type(self)(self.message, failures, class_=self.class_, key=self.key)


class CollectionError(OrmoluError):
    """Something is wrong with a collection."""


class CollectionClassError(CollectionError, TypeError):
    """The class lacks what a collection class needs."""


class IncompatibleCollectionError(CollectionError, TypeError):
    """The value assigned is not of the kind of the collection."""


class NotAMemberError(CollectionError, ValueError):
    """The object to be removed is not there."""


class NotAMemberKeyError(NotAMemberError, KeyError):
    """The object to be removed is not there, in a collection that looks it up by hash."""


class EmptyCollectionError(CollectionError, RuntimeError):
    """The collection was made for a read and cannot be filled unrecorded."""


class RelationshipError(OrmoluError):
    """The two sides of a relationship cannot be kept in step."""


class BackrefConflictError(RelationshipError, ValueError):
    """The two attributes are not two sides of one relationship."""


class StaleParentError(RelationshipError, RuntimeError):
    """The recorded holder of an object is gone, so it cannot be told apart."""


class ParentsNotTrackedError(RelationshipError, AssertionError):
    """The attribute was not asked to keep who holds its objects."""


class IdentityError(OrmoluError):
    """Something is wrong with an identity."""


class IdentityConflictError(IdentityError, ValueError):
    """Another living instance has that identity."""


class IdentityMapClosedError(IdentityError, RuntimeError):
    """The identity map takes in no more instances."""


class LifeCycleError(IdentityError, RuntimeError):
    """The instance is not at the point of its life that the call needs."""


class WorkspaceError(OrmoluError, RuntimeError):
    """A workspace cannot do what was asked of it."""


class NotInWorkspaceError(WorkspaceError, LookupError):
    """The workspace does not hold that object, or none of that name."""


class ClaimedError(WorkspaceError, ValueError):
    """Another workspace holds the object."""


class PatchError(OrmoluError, ValueError):
    """A change set or a patch cannot be read, written or applied; nothing was changed."""


class ConflictError(PatchError):
    """What a change set expects to find is not what is there; nothing was changed.

    Attributes:
        conflicts: all that was found, each an :class:`ormolu.Conflict`.
    """

    def __init__(self, message: str, *, conflicts: Any = (), **about: Any) -> None:
        super().__init__(message, **about)
        self.conflicts = tuple(conflicts)


class TimelineError(OrmoluError, LookupError):
    """There is nothing to undo or to redo, or not now."""


class MissingExtraError(OrmoluError, ImportError):
    """A package that ormolu needs for this, and for nothing else, is not there."""


class InstallError(OrmoluError, RuntimeError):
    """ormolu cannot be put beneath SQLAlchemy."""


class PeerFetchingError(OrmoluError, ValueError):
    """Peers cannot be fetched in this way, or not for this."""


class AlreadyImportedError(InstallError):
    """SQLAlchemy's ORM has been imported before ormolu was installed."""


class AlreadyInstalledError(InstallError):
    """ormolu is installed already."""


class UnsupportedVersionError(InstallError):
    """That version of SQLAlchemy is not one that ormolu knows."""


class ProfileError(OrmoluError, RuntimeError):
    """A profile cannot be made, or not be written where it was to go."""


class NotBeneathError(ProfileError):
    """SQLAlchemy's ORM does not run on ormolu, which is what the profiler watches."""


class NotRecordedError(ProfileError):
    """Nothing was recorded that could be reported."""


class BackendError(OrmoluError, ImportError):
    """The core asked for is not there, or ORMOLU_NATIVE has an unknown value."""


class ScriptError(OrmoluError, OSError):
    """The program to run is not there."""


class OrmoluWarning(UserWarning):
    """Base of all warnings of ormolu."""


class FinalizerWarning(OrmoluWarning):
    """A tracked class defines ``__del__``."""


class InvalidatedCollectionWarning(OrmoluWarning):
    """A collection was changed that no longer belongs to its owner."""


class OneByOneWarning(OrmoluWarning):
    """A line reads in a loop what it would have been loaded for, one object at a time."""


class DeprecatedNameWarning(OrmoluWarning, DeprecationWarning):
    """An old name was used that has a new one."""
