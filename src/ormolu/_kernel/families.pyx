# cython: language_level=3, auto_pickle=False
"""The native form of ``families.py``: states by class and token, and then by primary key.

Nearly every primary key is one value, and that value is then all that is kept of the
key: neither the triple nor the tuple around the value is made.  The states of a class,
a family, are in a table of ``tables.pyx``.
"""

from collections.abc import MutableMapping
from cpython.object cimport PyObject

from .belonging cimport ORMOLU_ONE_AT_A_TIME, Belonging, Circumstances, circumstances_of, key_from, parts_of
from .tables cimport (
    Table,
    drop_member,
    is_key_of,
    member,
    members,
    pairs,
    put_aside,
    put_member,
    size_of,
)

__all__ = ["Families"]

cdef extern from "Python.h":
    PyObject *PyDict_GetItemWithError(object, object) except? NULL

cdef class Families:
    """States by identity key."""

    # -- families ------------------------------------------------------------------

    cdef Table family(self, object identity_class, object token):
        """Return the states of a class by primary key, or ``None`` if there is none."""
        cdef PyObject *found
        if (
            ORMOLU_ONE_AT_A_TIME
            and self.last is not None
            and identity_class is self.last_class
            and token is self.last_token
        ):
            return self.last
        found = PyDict_GetItemWithError(self.families, (identity_class, token))
        if found is NULL:
            return None
        return self.remember(identity_class, token, <Table>found)

    cdef Table remember(self, object identity_class, object token, Table family):
        if ORMOLU_ONE_AT_A_TIME:
            self.last_class = identity_class
            self.last_token = token
            self.last = family
        return family

    cdef object find(self, object identity_class, object token, object part):
        """Return the state of an identity, or ``None``."""
        cdef Table family = self.family(identity_class, token)
        return None if family is None else member(family, part)

    cdef int enter(self, object identity_class, object token, object part, object state) except -1:
        """Take a state in."""
        cdef Table family = self.family(identity_class, token)
        cdef bint is_own = isinstance(state, Belonging) and is_key_of(
            <Belonging>state, identity_class, token, part
        )
        while True:
            if family is None:
                family = self.families.setdefault((identity_class, token), Table())
                self.remember(identity_class, token, family)
            put_member(family, part, state, is_own)
            if ORMOLU_ONE_AT_A_TIME and self.last is family:
                return 0
            # to compare primary keys may call anything, and have emptied the family
            if self.families.get((identity_class, token)) is family:
                return 0
            family = self.families.get((identity_class, token))

    cdef int leave(self, object identity_class, object token, object part) except -1:
        """Let go of what is there for an identity; a family that is empty goes too."""
        cdef Table family = self.family(identity_class, token)
        if family is None:
            raise KeyError(key_from(identity_class, part, token))
        drop_member(family, part)
        if not size_of(family):
            self.last = None
            if self.families.get((identity_class, token)) is family:
                del self.families[(identity_class, token)]
        return 0

    # -- states --------------------------------------------------------------------

    def __cinit__(self):
        self.families = {}

    cpdef object namesake(self, Belonging state):
        """Return the state that is here under the key of ``state``, or ``None``."""
        cdef Circumstances circumstances = circumstances_of(state)
        if state._identity is None:
            return None
        return self.find(circumstances.identity_class, circumstances.key_token, state._identity)

    cpdef int admit(self, Belonging state) except -1:
        """Take ``state`` in under its key."""
        cdef Circumstances circumstances = circumstances_of(state)
        return self.enter(
            circumstances.identity_class, circumstances.key_token, state._identity, state
        )

    cpdef bint dismiss(self, Belonging state) except -1:
        """Let ``state`` go, and return whether it was here."""
        cdef Circumstances circumstances
        cdef object part
        if self.namesake(state) is not state:
            return False
        circumstances = circumstances_of(state)
        part = state._identity
        try:
            self.leave(circumstances.identity_class, circumstances.key_token, part)
        except KeyError:
            # gone while keys were compared
            return False
        return True

    cpdef int rename(self, Belonging state) except -1:
        """Hear that the key of ``state`` is about to change: it is not found by that any more."""
        cdef Circumstances circumstances = circumstances_of(state)
        cdef Table family = self.family(circumstances.identity_class, circumstances.key_token)
        return 0 if family is None else put_aside(family, state)

    # -- as a mapping --------------------------------------------------------------

    def __len__(self):
        cdef Py_ssize_t count = 0
        for family in self.families.values():
            count += size_of(<Table>family)
        return count

    def __iter__(self):
        return iter(self.keys())

    def __contains__(self, key):
        return self.get(key) is not None

    def __getitem__(self, key):
        state = self.get(key)
        if state is None:
            raise KeyError(key)
        return state

    def __setitem__(self, key, state):
        identity_class, part, token = parts_of(key)
        self.enter(identity_class, token, part, state)

    def __delitem__(self, key):
        identity_class, part, token = parts_of(key)
        self.leave(identity_class, token, part)

    cpdef object get(self, object key, object default=None):
        """Return the state of an identity key, or ``default``."""
        identity_class, part, token = parts_of(key)
        state = self.find(identity_class, token, part)
        return default if state is None else state

    def keys(self):
        """Return the identity keys."""
        return [key for key, _ in self.items()]

    def values(self):
        """Return the states."""
        return [
            state for family in list(self.families.values()) for state in members(<Table>family)
        ]

    def items(self):
        """Return pairs of identity key and state."""
        return [
            (key_from(identity_class, part, token), state)
            for (identity_class, token), family in list(self.families.items())
            for part, state in pairs(<Table>family)
        ]

    def pop(self, key, *default):
        """Let the state of an identity key go and return it, or the default."""
        state = self.get(key)
        if state is not None:
            del self[key]
            return state
        if default:
            return default[0]
        raise KeyError(key)

    def setdefault(self, key, state):
        """Return the state of an identity key, the one given if there was none."""
        present = self.get(key)
        if present is not None:
            return present
        self[key] = state
        return state

    def update(self, states):
        """Take in the states of another mapping."""
        for key in states:
            self[key] = states[key]

    def clear(self):
        """Let all states go."""
        self.last = None
        self.families = {}


MutableMapping.register(Families)
