# cython: language_level=3, auto_pickle=False
"""The native form of ``families.py``: states by class and token, and then by primary key.

Nearly every primary key is one value, and that value is then all that is kept of the
key: neither the triple nor the tuple around the value is made.  And the states of a class
are found by what they say themselves: a family is a hash table of nothing but states, in
the form that CPython's dictionaries have, of places in a list that keeps the order of
arrival (R. Hettinger, "More compact dictionaries with faster iteration", python-dev, 2012).

That goes for primary keys that are exactly an ``int`` or a ``str``, for to compare those
calls nobody, and as long as a state has the primary key that it came in with.  All others
are in a dictionary beside the table.
"""

from collections.abc import MutableMapping
from cpython.dict cimport PyDict_DelItem, PyDict_SetItem
from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from cpython.object cimport PyObject

from .belonging cimport Belonging, Circumstances, circumstances_of, key_from, parts_of

__all__ = ["Families"]

cdef extern from "Python.h":
    PyObject *PyDict_GetItemWithError(object, object) except? NULL
    Py_hash_t PyObject_Hash(object) except? -1
    int PyObject_RichCompareBool(object, object, int) except -1
    int Py_EQ
    bint PyUnicode_CheckExact(object)
    bint PyLong_CheckExact(object)
    void Py_INCREF(object)
    void Py_DECREF(object)
    list PyList_New(Py_ssize_t)
    void PyList_SET_ITEM(list, Py_ssize_t, object)

cdef extern from *:
    """
    #ifdef Py_GIL_DISABLED
    #define ORMOLU_ONE_AT_A_TIME 0
    #else
    #define ORMOLU_ONE_AT_A_TIME 1
    #endif

    /* What Cython knows of a family but for its states, which are no fields of their own. */
    static traverseproc ormolu_visit_fields;
    static inquiry ormolu_clear_fields;

    typedef struct {
        PyObject **states;
        Py_ssize_t used;
    } ormolu_members;

    static ormolu_members ormolu_members_of(PyObject *family);
    static void ormolu_forget_members(PyObject *family);

    static int
    ormolu_visit_family(PyObject *family, visitproc visit, void *arg)
    {
        ormolu_members members = ormolu_members_of(family);
        for (Py_ssize_t i = 0; i < members.used; i++) {
            Py_VISIT(members.states[i]);
        }
        return ormolu_visit_fields(family, visit, arg);
    }

    static int
    ormolu_clear_family(PyObject *family)
    {
        ormolu_forget_members(family);
        return ormolu_clear_fields(family);
    }

    static void
    ormolu_have_visited(PyObject *class_)
    {
        PyTypeObject *type = (PyTypeObject *)class_;
        ormolu_visit_fields = type->tp_traverse;
        ormolu_clear_fields = type->tp_clear;
        type->tp_traverse = ormolu_visit_family;
        type->tp_clear = ormolu_clear_family;
    }
    """
    bint ORMOLU_ONE_AT_A_TIME
    ctypedef struct ormolu_members:
        PyObject **states
        Py_ssize_t used
    void ormolu_have_visited(object class_)

cdef enum:
    FEWEST_PLACES = 8
    FREE = -1
    LEFT = -2


# -- one family ------------------------------------------------------------------------


cdef ormolu_members members_of "ormolu_members_of"(object family) noexcept:
    cdef ormolu_members members
    members.states = (<Family>family).states
    members.used = (<Family>family).used
    return members


cdef void forget_members "ormolu_forget_members"(object member) noexcept:
    """Let all states go, the table being empty before the first of them does."""
    cdef Family family = <Family>member
    cdef PyObject **states = family.states
    cdef Py_ssize_t used = family.used
    PyMem_Free(family.places)
    family.states = NULL
    family.places = NULL
    family.room = family.used = family.count = family.mask = 0
    family.version += 1
    for i in range(used):
        if states[i] is not NULL:
            Py_DECREF(<object>states[i])
    PyMem_Free(states)


cdef class Family:
    """The states of one class, by primary key."""

    def __dealloc__(self):
        forget_members(self)


ormolu_have_visited(Family)


cdef inline bint is_plain(object part) noexcept:
    """Whether a primary key is compared and hashed with no call to anybody."""
    return ORMOLU_ONE_AT_A_TIME and (PyLong_CheckExact(part) or PyUnicode_CheckExact(part))


cdef inline bint same(object part, object state) except -1:
    """Whether a plain primary key is that of a state."""
    cdef object own = (<Belonging>state)._identity
    if own is part:
        return True
    return type(own) is type(part) and PyObject_RichCompareBool(own, part, Py_EQ)


cdef Py_ssize_t place_of(Family family, object part) except -2:
    """Return which place of the table a plain primary key has, or -1."""
    cdef size_t perturbation
    cdef Py_ssize_t place
    cdef int32_t found
    if not family.count:
        return -1
    perturbation = <size_t>PyObject_Hash(part)
    place = perturbation & family.mask
    while True:
        found = family.places[place]
        if found == FREE:
            return -1
        if found >= 0 and same(part, <object>family.states[found]):
            return place
        perturbation >>= 5
        place = (place * 5 + perturbation + 1) & family.mask


cdef Py_ssize_t place_of_equal(Family family, object part) except -2:
    """Do the same for any primary key, which may be equal to a plain one.

    To compare them may call anybody, and change the table; then it begins anew.
    """
    cdef size_t perturbation = <size_t>PyObject_Hash(part)
    cdef size_t rest, version
    cdef Py_ssize_t place
    cdef int32_t found
    cdef object own
    while family.count:
        version = family.version
        rest = perturbation
        place = rest & family.mask
        while version == family.version:
            found = family.places[place]
            if found == FREE:
                return -1
            if found >= 0:
                own = (<Belonging>family.states[found])._identity
                if PyObject_RichCompareBool(own, part, Py_EQ) and version == family.version:
                    return place
            rest >>= 5
            place = (place * 5 + rest + 1) & family.mask
    return -1


cdef object member_at(Family family, Py_ssize_t place):
    return None if place < 0 else <object>family.states[family.places[place]]


cdef object member(Family family, object part):
    """Return the state with a primary key, or ``None``."""
    cdef PyObject *found
    if is_plain(part):
        state = member_at(family, place_of(family, part))
        if state is not None or family.others is None:
            return state
    if family.others is not None:
        found = PyDict_GetItemWithError(family.others, part)
        if found is not NULL:
            return <object>found
    # no tuple is equal to a number or a string
    if is_plain(part) or type(part) is tuple:
        return None
    return member_at(family, place_of_equal(family, part))


cdef int put_member(Family family, object part, object state, bint is_own) except -1:
    """Take a state in under a primary key, in the place of the one that has it.

    The last argument tells whether the key is what the state itself says.
    """
    cdef Py_ssize_t place
    cdef PyObject **slot
    cdef object gone
    if is_own and is_plain(part):
        if family.others is None or part not in family.others:
            place = place_of(family, part)
            if place < 0:
                return append_member(family, part, state)
            slot = &family.states[family.places[place]]
            gone = <object>slot[0]
            Py_INCREF(state)
            slot[0] = <PyObject *>state
            Py_DECREF(gone)
            return 0
    elif type(part) is not tuple:
        drop_place(family, place_of_equal(family, part))
    if family.others is None:
        family.others = {}
    PyDict_SetItem(family.others, part, state)
    return 0


cdef bint is_key_of(Belonging state, object identity_class, object token, object part) noexcept:
    cdef Circumstances circumstances = circumstances_of(state)
    return (
        state._identity is part
        and circumstances.identity_class is identity_class
        and circumstances.key_token is token
    )


cdef int append_member(Family family, object part, object state) except -1:
    cdef size_t perturbation = <size_t>PyObject_Hash(part)
    cdef Py_ssize_t place
    if family.used == family.room:
        make_room(family)
    place = perturbation & family.mask
    while family.places[place] >= 0:
        perturbation >>= 5
        place = (place * 5 + perturbation + 1) & family.mask
    Py_INCREF(state)
    family.states[family.used] = <PyObject *>state
    family.places[place] = <int32_t>family.used
    family.used += 1
    family.count += 1
    family.version += 1
    return 0


cdef int make_room(Family family) except -1:
    """Make room for more, and forget where others have left."""
    cdef Py_ssize_t places = FEWEST_PLACES
    cdef Py_ssize_t room
    cdef Py_ssize_t kept = 0
    cdef int32_t *new_places
    cdef PyObject **new_states
    # at most four places of five are taken
    while places * 4 // 5 <= family.count:
        places *= 2
    # an eighth more than there is now, as lists grow, as far as the places go
    room = min(places * 4 // 5, family.count + (family.count >> 3) + FEWEST_PLACES)
    if room > 0x7FFFFFFF:
        raise MemoryError("an identity map holds no more than 2,147,483,647 instances of a class")
    if places == family.mask + 1 and family.count == family.used:
        new_states = <PyObject **>PyMem_Realloc(family.states, room * sizeof(PyObject *))
        if new_states is NULL:
            raise MemoryError
        family.states = new_states
        family.room = room
        return 0
    new_places = <int32_t *>PyMem_Malloc(places * sizeof(int32_t))
    new_states = <PyObject **>PyMem_Malloc(room * sizeof(PyObject *))
    if new_places is NULL or new_states is NULL:
        PyMem_Free(new_places)
        PyMem_Free(new_states)
        raise MemoryError
    for i in range(family.used):
        if family.states[i] is not NULL:
            new_states[kept] = family.states[i]
            kept += 1
    PyMem_Free(family.states)
    PyMem_Free(family.places)
    family.states, family.places = new_states, new_places
    family.used, family.room, family.mask = kept, room, places - 1
    fill_places(family)
    return 0


cdef int fill_places(Family family) except -1:
    cdef size_t perturbation
    cdef Py_ssize_t place
    for place in range(family.mask + 1):
        family.places[place] = FREE
    for i in range(family.used):
        own = (<Belonging>family.states[i])._identity
        # one that the state has changed unnoticed is not found again, and harms nobody
        perturbation = <size_t>PyObject_Hash(own) if is_plain(own) else 0
        place = perturbation & family.mask
        while family.places[place] >= 0:
            perturbation >>= 5
            place = (place * 5 + perturbation + 1) & family.mask
        family.places[place] = <int32_t>i
    family.version += 1
    return 0


cdef int drop_place(Family family, Py_ssize_t place) except -1:
    """Let the state go that is at a place of the table; -1 is none."""
    cdef int32_t found
    cdef object gone
    if place < 0:
        return 0
    found = family.places[place]
    gone = <object>family.states[found]
    family.states[found] = NULL
    family.places[place] = LEFT
    family.count -= 1
    family.version += 1
    Py_DECREF(gone)
    return 0


cdef int drop_member(Family family, object part) except -1:
    """Let go of what is there for a primary key; raise ``KeyError`` if there is nothing."""
    cdef Py_ssize_t place = -1
    if is_plain(part):
        place = place_of(family, part)
    if place < 0 and family.others is not None and part in family.others:
        PyDict_DelItem(family.others, part)
        return 0
    if place < 0 and not is_plain(part) and type(part) is not tuple:
        place = place_of_equal(family, part)
    if place < 0:
        raise KeyError(part)
    return drop_place(family, place)


cdef Py_ssize_t size_of(Family family) noexcept:
    return family.count + (0 if family.others is None else len(family.others))


cdef list members(Family family):
    """Return the states, in the order of their arrival."""
    cdef Py_ssize_t count = -1
    cdef Py_ssize_t filled = 0
    cdef list found
    # to make a list may call the collector, and that anybody
    while count != family.count:
        count = family.count
        found = PyList_New(count)
    for i in range(family.used):
        if family.states[i] is not NULL:
            Py_INCREF(<object>family.states[i])
            PyList_SET_ITEM(found, filled, <object>family.states[i])
            filled += 1
    if family.others:
        found += list(family.others.values())
    return found


cdef list pairs(Family family):
    """Return pairs of primary key, as states keep it, and state, in the same order."""
    cdef dict others = None if family.others is None else family.others.copy()
    cdef list found = members(family)
    cdef list paired = [
        ((<Belonging>state)._identity, state)
        for state in found[: len(found) - (0 if others is None else len(others))]
    ]
    return paired if others is None else paired + list(others.items())


# -- all of them -----------------------------------------------------------------------


cdef class Families:
    """States by identity key."""

    # -- families ------------------------------------------------------------------

    cdef Family family(self, object identity_class, object token):
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
        return self.remember(identity_class, token, <Family>found)

    cdef Family remember(self, object identity_class, object token, Family family):
        if ORMOLU_ONE_AT_A_TIME:
            self.last_class = identity_class
            self.last_token = token
            self.last = family
        return family

    cdef object find(self, object identity_class, object token, object part):
        """Return the state of an identity, or ``None``."""
        cdef Family family = self.family(identity_class, token)
        return None if family is None else member(family, part)

    cdef int enter(self, object identity_class, object token, object part, object state) except -1:
        """Take a state in."""
        cdef Family family = self.family(identity_class, token)
        cdef bint is_own = isinstance(state, Belonging) and is_key_of(
            <Belonging>state, identity_class, token, part
        )
        while True:
            if family is None:
                family = self.families.setdefault((identity_class, token), Family())
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
        cdef Family family = self.family(identity_class, token)
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
        cdef Family family = self.family(circumstances.identity_class, circumstances.key_token)
        cdef Py_ssize_t place
        if family is None or not is_plain(state._identity):
            return 0
        place = place_of(family, state._identity)
        if place >= 0 and member_at(family, place) is state:
            if family.others is None:
                family.others = {}
            family.others[state._identity] = state
            drop_place(family, place)
        return 0

    # -- as a mapping --------------------------------------------------------------

    def __len__(self):
        cdef Py_ssize_t count = 0
        for family in self.families.values():
            count += size_of(<Family>family)
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
            state for family in list(self.families.values()) for state in members(<Family>family)
        ]

    def items(self):
        """Return pairs of identity key and state."""
        return [
            (key_from(identity_class, part, token), state)
            for (identity_class, token), family in list(self.families.items())
            for part, state in pairs(<Family>family)
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
