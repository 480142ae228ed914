# cython: language_level=3, auto_pickle=False
"""Instances from rows, with no Python call for a plain one.

There is no pure form of this module: where it is missing, and for every row that
is not plain, whoever loads does so himself.
"""

from cpython.dict cimport PyDict_CheckExact, PyDict_SetItem
from cpython.tuple cimport PyTuple_CheckExact, PyTuple_GET_ITEM, PyTuple_GET_SIZE
from operator import itemgetter

cimport cython

from . cimport inline_values
from .belonging cimport Circumstances, circumstances_at, circumstances_of
from .identity cimport WeakIdentityMap
from .instances cimport bare_instance, keep_inline, new_state
from .referring cimport instance_of
from .state cimport State

__all__ = ["Plan"]

cdef extern from "Python.h":
    object PyObject_GenericGetDict(object, void *)
    bint PyObject_IS_GC(object)
    bint PyObject_GC_IsTracked(object)
    void PyObject_GC_UnTrack(void *)


cdef enum:
    MOST_PLACES = 128


@cython.final
cdef class Plan:
    """What a query does with each of its rows, as far as that is the same for all.

    Attributes:
        identity_class: the first part of an identity key.
        identity_token: the last part of it.
        identities: the identity map that new instances go to.
        manager: of the class of the instances.
        state_attr: the attribute of an instance that holds its state.
        session_id: whose instances they are.
        runid: the number of this load.
        load_options: what new states remember of the query.
        load_path: where in the query they come from.
        post_load: is told of each new state; ``None`` if there is nothing to be told.
        fallback: ``(row) -> instance``, for what is not plain.
    """

    cdef public object identity_class, identity_token, manager, state_attr
    cdef public object session_id, runid, load_options, load_path, fallback, post_load
    cdef public WeakIdentityMap identities
    cdef object class_
    cdef object state_class
    cdef Circumstances circumstances
    cdef object key_getter
    cdef tuple key_places
    cdef tuple keys, getters
    cdef Py_ssize_t places[MOST_PLACES]
    cdef Py_ssize_t count
    cdef tuple expired
    cdef tuple populators
    cdef bint has_existing
    cdef bint is_inline
    cdef Py_ssize_t inline_places[MOST_PLACES]
    cdef Py_ssize_t inline_state_place

    def __init__(self, manager, key_getter, quick, expired, populators, bint has_existing):
        """Prepare for rows.

        Args:
            manager: of the class.
            key_getter: ``(row) -> primary key``, an ``itemgetter``.
            quick: pairs of attribute and ``(row) -> value``, ``itemgetter``s.
            expired: the keys that are expired from the start.
            populators: pairs of attribute and ``(state, values, row)``.
            has_existing: whether a further row of an instance has to be looked at.
        """
        self.manager = manager
        self.class_ = manager.class_
        self.key_getter = key_getter
        self.key_places = places_of(key_getter)
        self.keys = tuple([key for key, _ in quick])
        self.getters = tuple([getter for _, getter in quick])
        self.expired = tuple(expired)
        self.populators = tuple(populators)
        self.has_existing = has_existing
        self.count = len(self.keys)
        # columns beyond those that there is room for are fetched by their getters
        for i, getter in enumerate(self.getters[:MOST_PLACES]):
            found = places_of(getter)
            self.places[i] = found[0] if found is not None and len(found) == 1 else -1

    def load(self, row):
        """Return the instance of a row: a new one, or the one that is here."""
        cdef object identity = self.identity_in(row)
        if identity is None or self.identities._killed:
            return self.fallback(row)
        cdef object found = self.identities._dict.find(
            self.identity_class, self.identity_token, identity
        )
        cdef object instance
        if found is not None:
            if not isinstance(found, State):
                return self.fallback(row)
            instance = instance_of(<State>found)
            if instance is not None:
                return self.present(row, <State>found, instance)
        return self.new(row, identity)

    cdef object present(self, object row, State state, object instance):
        """Return an instance that is here already, if its row has nothing for it."""
        cdef Circumstances circumstances = circumstances_of(state)
        if (
            circumstances.runid is self.runid
            and not self.has_existing
            and self.post_load is None
            and circumstances.load_path is self.load_path
        ):
            return instance
        return self.fallback(row)

    cdef object new(self, object row, object identity):
        cdef object instance = bare_instance(self.class_)
        cdef dict values
        if self.state_class is None:
            self.prepare()
        cdef State state = new_state(self.state_class, instance, self.manager)
        state._identity = identity
        state._circumstances = self.circumstances
        state.session_id = self.session_id
        self.identities._dict.enter(self.identity_class, self.identity_token, identity, state)
        if self.is_inline and PyTuple_CheckExact(row) and self.store(instance, state, row):
            values = None
        else:
            values = PyObject_GenericGetDict(instance, NULL)
            PyDict_SetItem(values, self.state_attr, state)
            self.fill(values, row)
        for name in self.expired:
            state.expired_attributes.add(name)
        for name, populator in self.populators:
            populator(state, values, row)
        if state.modified:
            state._commit_all(instance.__dict__, self.identities)
        if self.post_load is not None:
            self.post_load.add_state(state, True)
        return instance

    cdef int prepare(self) except -1:
        """Do what is done for the first instance, and not before: that may be an event."""
        self.state_class = self.manager._state_constructor
        self.circumstances = circumstances_at(
            self.identity_class,
            self.identity_token,
            self.identities._wr,
            self.runid,
            self.load_options,
            self.load_path,
        )
        # who fills in more is given a dictionary
        self.is_inline = (
            not self.populators
            and 0 < self.count <= MOST_PLACES
            and -1 not in [self.places[i] for i in range(self.count)]
            and keep_inline(self.class_, (self.state_attr, *self.keys))
        )
        return 0

    cdef bint store(self, object instance, State state, tuple row) except -1:
        """Put state and values into a new instance itself, and return whether they all are."""
        cdef Py_ssize_t i, place
        if not inline_values.ormolu_store_inline(
            instance, self.state_attr, state, &self.inline_state_place
        ):
            return False
        for i in range(self.count):
            place = self.places[i]
            if place >= PyTuple_GET_SIZE(row) or not inline_values.ormolu_store_inline(
                instance,
                <object>PyTuple_GET_ITEM(self.keys, i),
                <object>PyTuple_GET_ITEM(row, place),
                &self.inline_places[i],
            ):
                return False
        return True

    cdef int fill(self, dict values, object row) except -1:
        cdef Py_ssize_t i, place, width
        if not PyTuple_CheckExact(row):
            for i in range(self.count):
                PyDict_SetItem(values, self.keys[i], self.getters[i](row))
            return 0
        width = PyTuple_GET_SIZE(row)
        for i in range(self.count):
            place = self.places[i] if i < MOST_PLACES else -1
            if 0 <= place < width:
                PyDict_SetItem(values, self.keys[i], <object>PyTuple_GET_ITEM(row, place))
            else:
                PyDict_SetItem(values, self.keys[i], self.getters[i](row))
        return 0

    cdef object identity_in(self, object row):
        """Return the primary key in a row as states keep it; ``None`` if it is not plain."""
        cdef Py_ssize_t place
        cdef tuple primary_key
        if self.key_places is not None and len(self.key_places) == 1 and PyTuple_CheckExact(row):
            place = self.key_places[0]
            if 0 <= place < PyTuple_GET_SIZE(row):
                value = <object>PyTuple_GET_ITEM(row, place)
                return None if type(value) is tuple else value
        found = self.key_getter(row)
        if type(found) is not tuple:
            return None
        primary_key = <tuple>found
        for part in primary_key:
            if part is None:
                return None
        if len(primary_key) == 1:
            return None if type(primary_key[0]) is tuple else primary_key[0]
        leave_alone(primary_key)
        return primary_key


cdef inline void leave_alone(tuple primary_key) noexcept:
    """Spare the collector a primary key of plain values; it would find out by itself."""
    for i in range(PyTuple_GET_SIZE(primary_key)):
        if PyObject_IS_GC(<object>PyTuple_GET_ITEM(primary_key, i)):
            return
    if PyObject_GC_IsTracked(primary_key):
        PyObject_GC_UnTrack(<void *>primary_key)


def places_of(getter):
    """Return the columns that an ``itemgetter`` takes, or ``None`` if that is not known."""
    if type(getter) is not itemgetter:
        return None
    wanted = getter.__reduce__()[1]
    if len(wanted) == 1 and isinstance(wanted[0], slice):
        part = wanted[0]
        if part.start is None or part.stop is None or part.start < 0:
            return None
        return tuple(range(part.start, part.stop, part.step or 1))
    return tuple(wanted) if all([type(place) is int for place in wanted]) else None
