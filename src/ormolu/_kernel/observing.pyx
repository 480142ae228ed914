# cython: language_level=3, auto_pickle=False
"""The native form of ``observing.py``."""

cimport cython
from cpython.dict cimport PyDict_Copy, PyDict_Next
from cpython.object cimport PyObject

from . cimport beside, changes, running
from .beside import BEING_MADE
from .beside cimport Field, Gate
from .hearing cimport silent
from .state cimport State
from .storage cimport Storage

__all__ = ["Observing", "observed"]

cdef extern from *:
    """
    #ifdef Py_GIL_DISABLED
    #define ORMOLU_WALKS_DICTIONARIES 0 /* others change them at the same time */
    #else
    #define ORMOLU_WALKS_DICTIONARIES 1
    #endif
    """
    bint ORMOLU_WALKS_DICTIONARIES

cdef extern from "Python.h":
    object PyLong_FromVoidPtr(void *)
    object PyObject_GenericGetDict(object, void *)

observed = set()

cdef dict _NO_VALUES = {}
cdef set _observed = observed
cdef object _BEING_MADE = BEING_MADE


cdef class Observing:
    """Has classes assign in their own way, where that is seen natively."""

    def __init__(self, find, reanchor, record, undo):
        self.find = find
        self.reanchor = reanchor
        self.record = record
        self.undo = undo

    cdef bint act(
        self, Gate gate, PyObject *entry, object instance, object original, object name, object value
    ) except -1:
        """Have a class assign, and record what came of it; return whether that was done."""
        cdef State state
        cdef Before before
        cdef object place = PyLong_FromVoidPtr(<void *>instance)
        if entry is <PyObject *>_BEING_MADE:
            original(instance, name, value)
            return True
        if gate.storages is None or not gate.in_order or gate.tell is not None or running.published:
            return False
        if place in _observed:
            original(instance, name, value)
            return True
        if entry is NULL:
            if gate.news:
                return False
            state = None
        else:
            found = <object>entry if isinstance(<object>entry, State) else self.find(instance)
            if not isinstance(found, State) or found.making is not None:
                return False
            state = <State>found
        before = Before(gate, instance)
        _observed.add(place)
        try:
            original(instance, name, value)
            if state is not None and beside.entry_of(instance) is not <PyObject *>state:
                self.reanchor(instance, state)
            changed = before.differing(state)
            if changed is not None:
                unrecorded = record_atoms(gate, instance, state, changed, before.marks)
                if unrecorded:
                    self.record(gate.manager, instance, unrecorded, before.marks)
        except BaseException:
            self.undo(gate.manager, instance, before.by_field(), before.marks)
            raise
        finally:
            _observed.discard(place)
        if gate.tell is not None:
            gate.manager.tell(instance, before.by_field())
        return True


@cython.final
cdef class Before:
    """What the values of an instance were."""

    cdef Gate gate
    cdef object instance
    cdef dict by_name  # as they lay in its dictionary, where that is all there is to it
    cdef list values
    cdef object marks

    def __cinit__(self, Gate gate, object instance):
        cdef Storage storage
        self.gate = gate
        self.instance = instance
        if gate.marks is not None:
            marks = getattr(instance, gate.marks, None)
            self.marks = set(marks) if isinstance(marks, set) else None
        if ORMOLU_WALKS_DICTIONARIES and gate.in_dictionary:
            self.by_name = PyDict_Copy(PyObject_GenericGetDict(instance, NULL))
        else:
            self.values = []
            for storage in gate.storages:
                self.values.append(storage.fetch(instance))

    cdef dict by_field(self):
        """Return the values by their fields."""
        cdef Field field
        if self.by_name is None:
            return dict(zip(self.gate.fields, self.values))
        return {field: self.by_name.get(field.key, field.member) for field in self.gate.fields}

    cdef dict differing(self, State state):
        """Return the old values of the fields whose change is not recorded yet, or ``None``."""
        if self.by_name is None:
            return self.differing_values(state)
        cdef dict now = <dict>PyObject_GenericGetDict(self.instance, NULL)
        cdef Py_ssize_t here = 0, there = 0
        cdef PyObject *old_key
        cdef PyObject *key
        cdef PyObject *old
        cdef PyObject *new
        cdef dict changed = None
        if len(now) != len(self.by_name):
            return self.differing_names(now, state)
        while PyDict_Next(self.by_name, &there, &old_key, &old):
            if not PyDict_Next(now, &here, &key, &new) or key is not old_key:
                return self.differing_names(now, state)
            if new is not old:
                changed = self.noted(changed, <object>key, <object>old, state)
        return changed

    cdef dict differing_names(self, dict now, State state):
        cdef Field field
        cdef dict changed = None
        for field in self.gate.fields:
            old = self.by_name.get(field.key, field.member)
            if now.get(field.key, field.member) is not old:
                changed = self.noted(changed, field.key, old, state)
        return changed

    cdef dict differing_values(self, State state):
        cdef Storage storage
        cdef Py_ssize_t i
        cdef dict changed = None
        for i in range(len(self.values)):
            storage = self.gate.storages[i]
            if storage.fetch(self.instance) is not self.values[i]:
                changed = self.noted(changed, self.gate.fields[i].key, self.values[i], state)
        return changed

    cdef dict noted(self, dict changed, object key, object old, State state):
        field = self.gate.manager.get(key)
        if not isinstance(field, Field) or is_noted(state, <Field>field, self.marks):
            return changed
        if changed is None:
            changed = {}
        changed[field] = old
        return changed


cdef bint is_noted(State state, Field field, object marks) except -1:
    return (
        state is not None
        and beside.is_recorded(state, field)
        and (marks is None or field.key in marks)
    )


cdef dict record_atoms(Gate gate, object instance, State state, dict changed, object marks):
    """Record values that cannot change; return the others, whose recording takes more."""
    cdef Field field
    cdef dict left = {}
    for field, old in changed.items():
        if not beside.is_atom(gate, old) or not silent(field.impl._set_hearing):
            left[field] = old
            continue
        if state is None:
            state = beside.begin_state(gate, instance)
            if state is None:
                return changed  # another thread was first
        if state._committed is None or field.key not in state._committed:
            changes.record(state, _NO_VALUES, field.impl, old)
        if marks is not None and field.key not in marks:
            state.unset = state.unset | {field.key}
    return left
