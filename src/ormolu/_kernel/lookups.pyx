# cython: language_level=3, auto_pickle=False
"""The native form of ``lookups.py``."""

from cpython.dict cimport PyDict_Check, PyDict_CheckExact
from cpython.object cimport PyObject

from . cimport direct, peeking, referring
from .attributes cimport AttributeImpl
from .places cimport Places
from .sentinels import MISSING
from .state cimport State

__all__ = []

cdef extern from "Python.h":
    PyObject *PyDict_GetItemWithError(object, object) except? NULL


cdef object _MISSING = MISSING


cdef State state_of(Places layer, object instance):
    """Return the state of an instance; raise as the layer does where there is none."""
    cdef State state = direct.plain_state(instance, layer) if layer.plain else None
    return <State?>layer.state_of(instance) if state is None else state


cdef State state_of_instance(Places layer, object instance):
    """Return the state of an instance; raise the layer's error if it is not tracked."""
    cdef State state = direct.plain_state(instance, layer) if layer.plain else None
    if state is not None:
        return state
    try:
        return <State?>layer.state_of(instance)
    except (AttributeError, KeyError) as missing:
        raise layer.faults.untracked_instance(instance) from missing


cdef State state_of_member(AttributeImpl impl, object member):
    """Return the state of a member; raise the layer's error if it is not tracked."""
    cdef Places layer = impl._places
    cdef State state = direct.plain_state(member, layer) if layer.plain else None
    return ask_for_state(impl, layer, member) if state is None else state


cdef State ask_for_state(AttributeImpl impl, Places layer, object member):
    try:
        return <State?>layer.state_of(member)
    except (AttributeError, KeyError) as missing:
        raise layer.faults.untracked_member(impl, member) from missing


cdef object value_in(object values, object key):
    """Return the value of an attribute, or ``MISSING``."""
    cdef PyObject *found
    if not PyDict_CheckExact(values):
        return values.get(key, _MISSING)
    found = PyDict_GetItemWithError(values, key)
    return _MISSING if found is NULL else <object>found


cdef object present_value(AttributeImpl impl, object values):
    """Return the value of the attribute of an implementation, or ``MISSING``."""
    cdef PyObject *found
    if PyDict_CheckExact(values):
        found = peeking.ormolu_find_again(values, impl.key, &impl._place)
        if found is not NULL:
            return <object>found
    return value_in(values, impl.key)


cdef object original_value(AttributeImpl impl, State state):
    """Return the value that it had at the last commit, if it has changed, or ``MISSING``."""
    cdef dict committed = state._committed
    cdef PyObject *found
    if committed is None:
        return _MISSING
    found = peeking.ormolu_find_again(committed, impl.key, &impl._committed_place)
    return <object>found if found is not NULL else value_in(committed, impl.key)


cdef object values_of(Places layer, object instance):
    """Return the values of an instance."""
    if not layer.plain:
        return layer.dict_of(instance)
    values = direct.plain_dict(instance)
    return instance.__dict__ if values is None else values


cdef AttributeImpl impl_at(State state, object key):
    """Return the implementation of an attribute of the instance of a state."""
    cdef object manager = state.manager
    cdef PyObject *found = NULL
    if PyDict_Check(manager):
        found = PyDict_GetItemWithError(manager, key)
    if found is NULL:
        return <AttributeImpl?>manager[key].impl
    return direct.impl_of(<object>found)


cdef bint inquires_directly(AttributeImpl impl) noexcept:
    """Tell whether an implementation's history is the one its ``inquire`` gives."""
    return impl._inquires_directly
