# cython: language_level=3, auto_pickle=False
"""The native form of ``families.py``: states by class and token, and then by primary key.

Nearly every primary key is one value, and that value is then all that is kept of the
key: neither the triple nor the tuple around the value is made.
"""

from collections.abc import MutableMapping
from cpython.dict cimport PyDict_DelItem, PyDict_SetItem
from cpython.object cimport PyObject

from .belonging cimport Belonging, Circumstances, circumstances_of, key_from, parts_of

__all__ = ["Families"]

cdef extern from "Python.h":
    PyObject *PyDict_GetItemWithError(object, object) except? NULL

cdef extern from *:
    """
    #ifdef Py_GIL_DISABLED
    #define ORMOLU_ONE_AT_A_TIME 0
    #else
    #define ORMOLU_ONE_AT_A_TIME 1
    #endif
    """
    bint ORMOLU_ONE_AT_A_TIME


cdef class Families:
    """States by identity key."""

    # -- families ------------------------------------------------------------------

    cdef dict family(self, object identity_class, object token):
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
        return self.remember(identity_class, token, <dict>found)

    cdef dict remember(self, object identity_class, object token, dict family):
        if ORMOLU_ONE_AT_A_TIME:
            self.last_class = identity_class
            self.last_token = token
            self.last = family
        return family

    cdef object find(self, object identity_class, object token, object part):
        """Return the state of an identity, or ``None``."""
        cdef dict family = self.family(identity_class, token)
        cdef PyObject *found
        if family is None:
            return None
        found = PyDict_GetItemWithError(family, part)
        return None if found is NULL else <object>found

    cdef int enter(self, object identity_class, object token, object part, object state) except -1:
        """Take a state in."""
        cdef dict family = self.family(identity_class, token)
        while True:
            if family is None:
                family = self.families.setdefault((identity_class, token), {})
                self.remember(identity_class, token, family)
            PyDict_SetItem(family, part, state)
            if ORMOLU_ONE_AT_A_TIME and self.last is family:
                return 0
            # to compare primary keys may call anything, and have emptied the family
            if self.families.get((identity_class, token)) is family:
                return 0
            family = self.families.get((identity_class, token))

    cdef int leave(self, object identity_class, object token, object part) except -1:
        """Let go of what is there for an identity; a family that is empty goes too."""
        cdef dict family = self.family(identity_class, token)
        if family is None:
            raise KeyError(key_from(identity_class, part, token))
        PyDict_DelItem(family, part)
        if not family:
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

    # -- as a mapping --------------------------------------------------------------

    def __len__(self):
        cdef Py_ssize_t count = 0
        for family in self.families.values():
            count += len(<dict>family)
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
        return [
            key_from(identity_class, part, token)
            for (identity_class, token), family in list(self.families.items())
            for part in list(family)
        ]

    def values(self):
        """Return the states."""
        return [
            state for family in list(self.families.values()) for state in list(family.values())
        ]

    def items(self):
        """Return pairs of identity key and state."""
        return list(zip(self.keys(), self.values(), strict=True))

    pop = MutableMapping.pop
    popitem = MutableMapping.popitem
    clear = MutableMapping.clear
    update = MutableMapping.update
    setdefault = MutableMapping.setdefault


MutableMapping.register(Families)
