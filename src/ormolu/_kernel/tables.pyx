# cython: language_level=3, auto_pickle=False
"""The states of one class, found by what they say themselves of their primary keys.

A hash table of nothing but states, in the form that CPython's dictionaries have, of places
in a list that keeps the order of arrival (R. Hettinger, "More compact dictionaries with
faster iteration", python-dev, 2012).

That goes for primary keys that are exactly an ``int`` or a ``str``, for to compare those
calls nobody, and as long as a state has the primary key that it came in with.  All others
are in a dictionary beside the table.

There is no pure form of this module: there, identity maps are dictionaries.
"""

from cpython.dict cimport PyDict_DelItem, PyDict_SetItem
from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from cpython.object cimport PyObject

from .belonging cimport ORMOLU_ONE_AT_A_TIME, Belonging, Circumstances, circumstances_of

__all__ = ["Table"]

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
    /* What Cython knows of a table but for its states, which are no fields of their own. */
    static traverseproc ormolu_visit_fields;
    static inquiry ormolu_clear_fields;

    typedef struct {
        PyObject **states;
        Py_ssize_t used;
    } ormolu_members;

    static ormolu_members ormolu_members_of(PyObject *table);
    static void ormolu_forget_members(PyObject *table);

    static int
    ormolu_visit_table(PyObject *table, visitproc visit, void *arg)
    {
        ormolu_members members = ormolu_members_of(table);
        for (Py_ssize_t i = 0; i < members.used; i++) {
            Py_VISIT(members.states[i]);
        }
        return ormolu_visit_fields(table, visit, arg);
    }

    static int
    ormolu_clear_table(PyObject *table)
    {
        ormolu_forget_members(table);
        return ormolu_clear_fields(table);
    }

    static void
    ormolu_have_visited(PyObject *class_)
    {
        PyTypeObject *type = (PyTypeObject *)class_;
        ormolu_visit_fields = type->tp_traverse;
        ormolu_clear_fields = type->tp_clear;
        type->tp_traverse = ormolu_visit_table;
        type->tp_clear = ormolu_clear_table;
    }
    """
    ctypedef struct ormolu_members:
        PyObject **states
        Py_ssize_t used
    void ormolu_have_visited(object class_)

cdef enum:
    FEWEST_PLACES = 8
    FREE = -1
    LEFT = -2



cdef ormolu_members members_of "ormolu_members_of"(object table) noexcept:
    cdef ormolu_members members
    members.states = (<Table>table).states
    members.used = (<Table>table).used
    return members


cdef void forget_members "ormolu_forget_members"(object member) noexcept:
    """Let all states go, the table being empty before the first of them does."""
    cdef Table table = <Table>member
    cdef PyObject **states = table.states
    cdef Py_ssize_t used = table.used
    PyMem_Free(table.places)
    table.states = NULL
    table.places = NULL
    table.room = table.used = table.count = table.mask = 0
    table.version += 1
    for i in range(used):
        if states[i] is not NULL:
            Py_DECREF(<object>states[i])
    PyMem_Free(states)


cdef class Table:
    """The states of one class, by primary key."""

    def __dealloc__(self):
        forget_members(self)


ormolu_have_visited(Table)


cdef inline bint is_plain(object part) noexcept:
    """Whether a primary key is compared and hashed with no call to anybody."""
    return ORMOLU_ONE_AT_A_TIME and (PyLong_CheckExact(part) or PyUnicode_CheckExact(part))


cdef inline bint same(object part, object state) except -1:
    """Whether a plain primary key is that of a state."""
    cdef object own = (<Belonging>state)._identity
    if own is part:
        return True
    return type(own) is type(part) and PyObject_RichCompareBool(own, part, Py_EQ)


cdef Py_ssize_t place_of(Table table, object part) except -2:
    """Return which place of the table a plain primary key has, or -1."""
    cdef size_t perturbation
    cdef Py_ssize_t place
    cdef int32_t found
    if not table.count:
        return -1
    perturbation = <size_t>PyObject_Hash(part)
    place = perturbation & table.mask
    while True:
        found = table.places[place]
        if found == FREE:
            return -1
        if found >= 0 and same(part, <object>table.states[found]):
            return place
        perturbation >>= 5
        place = (place * 5 + perturbation + 1) & table.mask


cdef Py_ssize_t place_of_equal(Table table, object part) except -2:
    """Do the same for any primary key, which may be equal to a plain one.

    To compare them may call anybody, and change the table; then it begins anew.
    """
    cdef size_t perturbation = <size_t>PyObject_Hash(part)
    cdef size_t rest, version
    cdef Py_ssize_t place
    cdef int32_t found
    cdef object own
    while table.count:
        version = table.version
        rest = perturbation
        place = rest & table.mask
        while version == table.version:
            found = table.places[place]
            if found == FREE:
                return -1
            if found >= 0:
                own = (<Belonging>table.states[found])._identity
                if PyObject_RichCompareBool(own, part, Py_EQ) and version == table.version:
                    return place
            rest >>= 5
            place = (place * 5 + rest + 1) & table.mask
    return -1


cdef object member_at(Table table, Py_ssize_t place):
    return None if place < 0 else <object>table.states[table.places[place]]


cdef object member(Table table, object part):
    """Return the state with a primary key, or ``None``."""
    cdef PyObject *found
    if is_plain(part):
        state = member_at(table, place_of(table, part))
        if state is not None or table.others is None:
            return state
    if table.others is not None:
        found = PyDict_GetItemWithError(table.others, part)
        if found is not NULL:
            return <object>found
    # no tuple is equal to a number or a string
    if is_plain(part) or type(part) is tuple:
        return None
    return member_at(table, place_of_equal(table, part))


cdef int put_member(Table table, object part, object state, bint is_own) except -1:
    """Take a state in under a primary key, in the place of the one that has it.

    The last argument tells whether the key is what the state itself says.
    """
    cdef Py_ssize_t place
    cdef PyObject **slot
    cdef object gone
    if is_own and is_plain(part):
        if table.others is None or part not in table.others:
            place = place_of(table, part)
            if place < 0:
                return append_member(table, part, state)
            slot = &table.states[table.places[place]]
            gone = <object>slot[0]
            Py_INCREF(state)
            slot[0] = <PyObject *>state
            Py_DECREF(gone)
            return 0
    elif type(part) is not tuple:
        drop_place(table, place_of_equal(table, part))
    if table.others is None:
        table.others = {}
    PyDict_SetItem(table.others, part, state)
    return 0


cdef bint is_key_of(Belonging state, object identity_class, object token, object part) noexcept:
    cdef Circumstances circumstances = circumstances_of(state)
    return (
        state._identity is part
        and circumstances.identity_class is identity_class
        and circumstances.key_token is token
    )


cdef int append_member(Table table, object part, object state) except -1:
    cdef size_t perturbation = <size_t>PyObject_Hash(part)
    cdef Py_ssize_t place
    if table.used == table.room:
        make_room(table)
    place = perturbation & table.mask
    while table.places[place] >= 0:
        perturbation >>= 5
        place = (place * 5 + perturbation + 1) & table.mask
    Py_INCREF(state)
    table.states[table.used] = <PyObject *>state
    table.places[place] = <int32_t>table.used
    table.used += 1
    table.count += 1
    table.version += 1
    return 0


cdef int make_room(Table table) except -1:
    """Make room for more, and forget where others have left."""
    cdef Py_ssize_t places = FEWEST_PLACES
    cdef Py_ssize_t room
    cdef Py_ssize_t kept = 0
    cdef int32_t *new_places
    cdef PyObject **new_states
    # at most four places of five are taken
    while places * 4 // 5 <= table.count:
        places *= 2
    # an eighth more than there is now, as lists grow, as far as the places go
    room = min(places * 4 // 5, table.count + (table.count >> 3) + FEWEST_PLACES)
    if room > 0x7FFFFFFF:
        raise MemoryError("an identity map holds no more than 2,147,483,647 instances of a class")
    if places == table.mask + 1 and table.count == table.used:
        new_states = <PyObject **>PyMem_Realloc(table.states, room * sizeof(PyObject *))
        if new_states is NULL:
            raise MemoryError
        table.states = new_states
        table.room = room
        return 0
    new_places = <int32_t *>PyMem_Malloc(places * sizeof(int32_t))
    new_states = <PyObject **>PyMem_Malloc(room * sizeof(PyObject *))
    if new_places is NULL or new_states is NULL:
        PyMem_Free(new_places)
        PyMem_Free(new_states)
        raise MemoryError
    for i in range(table.used):
        if table.states[i] is not NULL:
            new_states[kept] = table.states[i]
            kept += 1
    PyMem_Free(table.states)
    PyMem_Free(table.places)
    table.states, table.places = new_states, new_places
    table.used, table.room, table.mask = kept, room, places - 1
    fill_places(table)
    return 0


cdef int fill_places(Table table) except -1:
    cdef size_t perturbation
    cdef Py_ssize_t place
    for place in range(table.mask + 1):
        table.places[place] = FREE
    for i in range(table.used):
        own = (<Belonging>table.states[i])._identity
        # one that the state has changed unnoticed is not found again, and harms nobody
        perturbation = <size_t>PyObject_Hash(own) if is_plain(own) else 0
        place = perturbation & table.mask
        while table.places[place] >= 0:
            perturbation >>= 5
            place = (place * 5 + perturbation + 1) & table.mask
        table.places[place] = <int32_t>i
    table.version += 1
    return 0


cdef int drop_place(Table table, Py_ssize_t place) except -1:
    """Let the state go that is at a place of the table; -1 is none."""
    cdef int32_t found
    cdef object gone
    if place < 0:
        return 0
    found = table.places[place]
    gone = <object>table.states[found]
    table.states[found] = NULL
    table.places[place] = LEFT
    table.count -= 1
    table.version += 1
    Py_DECREF(gone)
    return 0


cdef int drop_member(Table table, object part) except -1:
    """Let go of what is there for a primary key; raise ``KeyError`` if there is nothing."""
    cdef Py_ssize_t place = -1
    if is_plain(part):
        place = place_of(table, part)
    if place < 0 and table.others is not None and part in table.others:
        PyDict_DelItem(table.others, part)
        return 0
    if place < 0 and not is_plain(part) and type(part) is not tuple:
        place = place_of_equal(table, part)
    if place < 0:
        raise KeyError(part)
    return drop_place(table, place)


cdef Py_ssize_t size_of(Table table) noexcept:
    return table.count + (0 if table.others is None else len(table.others))


cdef list members(Table table):
    """Return the states, in the order of their arrival."""
    cdef Py_ssize_t count = -1
    cdef Py_ssize_t filled = 0
    cdef list found
    # to make a list may call the collector, and that anybody
    while count != table.count:
        count = table.count
        found = PyList_New(count)
    for i in range(table.used):
        if table.states[i] is not NULL:
            Py_INCREF(<object>table.states[i])
            PyList_SET_ITEM(found, filled, <object>table.states[i])
            filled += 1
    if table.others:
        found += list(table.others.values())
    return found


cdef list pairs(Table table):
    """Return pairs of primary key, as states keep it, and state, in the same order."""
    cdef dict others = None if table.others is None else table.others.copy()
    cdef list found = members(table)
    cdef list paired = [
        ((<Belonging>state)._identity, state)
        for state in found[: len(found) - (0 if others is None else len(others))]
    ]
    return paired if others is None else paired + list(others.items())


cdef int put_aside(Table table, Belonging state) except -1:
    """Keep a state under the key that it is about to lose, if it is here by that."""
    cdef Py_ssize_t place = place_of(table, state._identity) if is_plain(state._identity) else -1
    if place < 0 or member_at(table, place) is not state:
        return 0
    if table.others is None:
        table.others = {}
    table.others[state._identity] = state
    return drop_place(table, place)
