# cython: language_level=3, auto_pickle=False
"""The native form of ``writing.py``."""

from cpython.object cimport PyObject, PyObject_GenericSetAttr

from functools import partial

from . cimport beside, changes, running
from . import turns
from .beside import BEING_MADE
from .beside cimport Field, Gate
from .hearing cimport silent
from .observing cimport Observing
from .sentinels import DONT_SET, MISSING
from .state cimport State

__all__ = ["writer"]

cdef extern from "Python.h":
    PyObject *PyDict_GetItemWithError(object, object) except? NULL

cdef object _set_plainly = object.__setattr__

cdef object _BEING_MADE = BEING_MADE
cdef object _DONT_SET = DONT_SET
cdef object _MISSING = MISSING
cdef dict _NO_VALUES = {}


cdef bint is_known(PyObject *entry, Field field) except -1:
    """Return whether a write of a field changes nothing of what is recorded."""
    if entry is NULL:
        return False
    if entry is <PyObject *>_BEING_MADE:
        return True
    if not isinstance(<object>entry, State):
        return False
    return not running.published and beside.is_recorded(<State>entry, field)


cdef bint write_first(
    Gate gate, PyObject *entry, object instance, Field field, object value
) except -1:
    """Assign a field for the first time since the last commit, if that is all there is to it."""
    cdef State state = None
    if entry is NULL:
        if gate.news or not gate.in_order:
            return False
    elif not isinstance(<object>entry, State) or (<object>entry).making is not None:
        return False
    else:
        state = <State>entry
    if value is _DONT_SET or running.published or not silent(field.impl._set_hearing):
        return False
    cdef object old = beside.value_of(instance, field.key)
    if not beside.is_atom(gate, old):
        return False
    if state is None:
        state = beside.begin_state(gate, instance)
        if state is None:
            return False
    elif state._committed is not None and field.key in state._committed:
        return False
    cdef bint modified = state.modified
    try:
        changes.record(state, _NO_VALUES, field.impl, old)
        PyObject_GenericSetAttr(instance, field.key, value)
    except BaseException:
        changes.restore(state, {}, field.key, _MISSING, _MISSING, modified, None)
        raise
    return True


def writer(Gate gate, original, assign, observe, Observing observing not None, manager_of):
    """Return the ``__setattr__`` of a class, which records."""
    cdef bint own = original is not _set_plainly
    cdef object class_ = gate.class_

    def __setattr__(self, name, value, /):
        if not own and beside.is_making(self):
            PyObject_GenericSetAttr(self, name, value)
            return
        cdef Gate current = gate if type(self) is class_ else manager_of(self).gate
        cdef PyObject *entry = PyDict_GetItemWithError(current.manager, name)
        cdef PyObject *known
        cdef Field field
        if own:
            if not observing.act(current, beside.entry_of(self), self, original, name, value):
                observe(current.manager, self, partial(original, self, name, value))
        elif entry is NULL and name == "__dict__":
            observe(current.manager, self, partial(original, self, name, value))
        elif entry is NULL or not isinstance(<object>entry, Field):
            PyObject_GenericSetAttr(self, name, value)
        else:
            field = <Field>entry
            known = beside.entry_of(self)
            if current.tell is not None:
                assign(current.manager, field, self, value)
            elif is_known(known, field):
                PyObject_GenericSetAttr(self, name, value)
            elif not field.is_plain or not write_first(current, known, self, field, value):
                assign(current.manager, field, self, value)

    return turns.guarded(__setattr__)
