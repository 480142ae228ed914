# cython: language_level=3, auto_pickle=False
"""The native descriptors: reads and writes that need no Python call.

There is no pure form of this module.  What it does is what ``access.py`` does, for
the plain case: state and values in the ``__dict__`` of the instance, an attribute
that is a value, no listener.  Whatever else it meets it leaves to that module.
"""

from cpython.dict cimport PyDict_SetItem
from cpython.exc cimport PyErr_Fetch, PyErr_Restore
from cpython.object cimport PyObject, PyTypeObject

from . cimport changes, inline_values, layouts, peeking, referring, running, slots
from .access import InstanceAccess
from .attributes cimport AttributeImpl
from .hearing cimport silent
from .places cimport Places
from .scalars cimport ScalarAttributeImpl
from .sentinels import DONT_SET, NO_VALUE
from .state cimport State

__all__ = ["DirectAccess", "learn_layout"]

cdef extern from "Python.h":
    int ormolu_set_item "PyDict_SetItem" (object, object, object)

cdef object _general_get = InstanceAccess.__get__
cdef object _general_set = InstanceAccess.__set__
cdef object _general_delete = InstanceAccess.__delete__
cdef object _NO_VALUE = NO_VALUE
cdef object _DONT_SET = DONT_SET


def learn_layout(descriptor_class):
    """Remember where instances of a class of descriptors keep ``impl`` and ``key``.

    Args:
        descriptor_class: has both as slots; any other is served by ``access.py``.

    Returns:
        whether it is served here.
    """
    return layouts.ormolu_learn_layout(
        descriptor_class,
        slots.place_of(descriptor_class, "impl"),
        slots.place_of(descriptor_class, "key"),
    )


cdef inline bint is_impl(PyObject *found) noexcept:
    return layouts.ormolu_is(found, <PyTypeObject *>AttributeImpl, &layouts.ormolu_known_impls)


cdef inline bint is_state(PyObject *found) noexcept:
    return layouts.ormolu_is(found, <PyTypeObject *>State, &layouts.ormolu_known_states)


cdef class DirectAccess:
    """The descriptor methods, with no fields; ``InstanceAccess`` is behind it."""

    def __get__(self, instance, owner):
        cdef PyObject *found
        cdef PyObject *impl
        cdef PyObject *key
        cdef PyObject *values
        cdef layouts.ormolu_descriptor_layout *layout
        if instance is None:
            return self
        layout = layouts.ormolu_layout_of(self)
        if layout is not NULL:
            impl = slots.ormolu_slot(self, layout.impl)
            key = slots.ormolu_slot(self, layout.key)
            if (
                impl is not NULL
                and key is not NULL
                and is_impl(impl)
                and (<AttributeImpl>impl)._reads_directly
                and (<AttributeImpl>impl)._places.plain
            ):
                values = layouts.ormolu_present_values(instance)
                if values is not NULL:
                    found = peeking.ormolu_find_again(
                        <object>values, <object>key, &(<AttributeImpl>impl)._place
                    )
                    if found is not NULL:
                        return <object>found
                else:
                    found = inline_values.ormolu_find_inline(
                        instance, <object>key, &(<AttributeImpl>impl)._inline_place
                    )
                    if found is not NULL:
                        return <object>found
        return _general_get(self, instance, owner)

    def __set__(self, instance, value):
        cdef PyObject *impl = writable_impl(self)
        cdef PyObject *found
        cdef object values
        if impl is not NULL and not running.published and silent((<AttributeImpl>impl)._set_hearing):
            if write_inline(<ScalarAttributeImpl>impl, instance, value):
                return
            found = layouts.ormolu_values(instance)
            if found is not NULL:
                # held, for what follows may call out
                values = <object>found
                found = state_in((<AttributeImpl>impl)._places, found)
                if found is not NULL:
                    write(<ScalarAttributeImpl>impl, <State>found, <dict>values, value)
                    return
        _general_set(self, instance, value)

    def __delete__(self, instance):
        cdef PyObject *impl = writable_impl(self)
        cdef PyObject *found
        cdef object values
        if (
            impl is not NULL
            and not running.published
            and silent((<AttributeImpl>impl)._remove_hearing)
        ):
            if delete_inline(<ScalarAttributeImpl>impl, instance):
                return
            found = layouts.ormolu_values(instance)
            if found is not NULL:
                values = <object>found
                found = state_in((<AttributeImpl>impl)._places, found)
                if found is not NULL and delete(
                    <ScalarAttributeImpl>impl, <State>found, <dict>values
                ):
                    return
        _general_delete(self, instance)


layouts.ormolu_leave_new_to_object(DirectAccess)


cdef inline PyObject *state_in(Places places, PyObject *values) noexcept:
    """Return the state that lies among the values, or NULL if there is none."""
    cdef PyObject *found = peeking.ormolu_find_again(
        <object>values, places.state_attr, &places.state_place
    )
    return NULL if found is NULL or not is_state(found) else found


cdef object plain_dict(object instance):
    """Return the dictionary of an instance, or ``None`` if it is no plain one."""
    cdef PyObject *values = layouts.ormolu_values(instance)
    return None if values is NULL else <object>values


cdef State plain_state(object instance, Places places):
    """Return the state that lies among the values of an instance, or ``None``."""
    cdef PyObject *values = layouts.ormolu_present_values(instance)
    cdef PyObject *found = NULL
    if values is not NULL:
        found = state_in(places, values)
    else:
        found = inline_values.ormolu_find_inline(
            instance, places.state_attr, &places.inline_place
        )
        if found is not NULL and not is_state(found):
            found = NULL
    return None if found is NULL else <State>found


cdef PyObject *writable_impl(object descriptor) noexcept:
    """Return the implementation, borrowed, if it is of a plain value kept plainly, or NULL."""
    cdef layouts.ormolu_descriptor_layout *layout = layouts.ormolu_layout_of(descriptor)
    cdef PyObject *impl
    if layout is NULL:
        return NULL
    impl = slots.ormolu_slot(descriptor, layout.impl)
    # only those of plain values say that they do
    if (
        impl is NULL
        or not is_impl(impl)
        or not (<AttributeImpl>impl)._writes_directly
        or not (<AttributeImpl>impl)._places.plain
    ):
        return NULL
    return impl


cdef ScalarAttributeImpl direct_impl(object descriptor):
    """Return the implementation, if it is of a plain value kept plainly, or ``None``."""
    cdef PyObject *impl = writable_impl(descriptor)
    return None if impl is NULL else <ScalarAttributeImpl>impl


cdef AttributeImpl impl_of(object descriptor):
    """Return the implementation of an instrumented attribute."""
    cdef layouts.ormolu_descriptor_layout *layout = layouts.ormolu_layout_of(descriptor)
    cdef PyObject *impl
    if layout is not NULL:
        impl = slots.ormolu_slot(descriptor, layout.impl)
        if impl is not NULL and is_impl(impl):
            return <AttributeImpl>impl
    return <AttributeImpl?>descriptor.impl


cdef int write(ScalarAttributeImpl impl, State state, dict values, object value) except -1:
    """Assign, with nobody to be told; see ``ScalarAttributeImpl.set``."""
    cdef object key = impl.key
    if value is _DONT_SET:
        return 0
    if is_known(impl, state):
        PyDict_SetItem(values, key, value)
        return 0
    old = values.get(key, _NO_VALUE)
    modified = state.modified
    known = state._committed is not None and key in state._committed
    record(impl, state, old)
    if ormolu_set_item(values, key, value) < 0:
        forget(state, key, known, modified)
    return 0


cdef int forget(State state, object key, bint known, bint modified) except -1:
    """Take the record of a change back that there is no memory for; raise what was raised."""
    cdef PyObject *kind = NULL
    cdef PyObject *error = NULL
    cdef PyObject *trace = NULL
    PyErr_Fetch(&kind, &error, &trace)
    if not known and state._committed is not None:
        state._committed.pop(key, None)
    changes.calm(state, modified, None)
    PyErr_Restore(kind, error, trace)
    return -1


cdef bint write_inline(ScalarAttributeImpl impl, object instance, object value) except -1:
    """Do the same where the instance keeps its values in itself; return whether it does."""
    cdef Places places = impl._places
    cdef PyObject *state
    cdef PyObject *old
    if value is _DONT_SET:
        return False
    state = inline_values.ormolu_find_inline(
        instance, places.state_attr, &places.inline_place
    )
    if state is NULL or not is_state(state):
        return False
    if not is_known(impl, <State>state):
        old = inline_values.ormolu_find_inline(instance, impl.key, &impl._inline_place)
        record(impl, <State>state, _NO_VALUE if old is NULL else <object>old)
    if not inline_values.ormolu_replace_inline(instance, impl.key, value, &impl._inline_place):
        # a key that the class has no place for, or somebody has asked for a dictionary
        PyDict_SetItem(instance.__dict__, impl.key, value)
    return True


cdef inline bint is_known(ScalarAttributeImpl impl, State state) except -1:
    """Whether a change is one of those that are recorded already."""
    return (
        state._committed is not None
        and state.modified
        and peeking.ormolu_find_again(state._committed, impl.key, &impl._committed_place)
        is not NULL
        and (state._strong_obj is not None or state.session_id is None)
        and state._tracked_values is None
    )


cdef int record(ScalarAttributeImpl impl, State state, object old) except -1:
    """Record that the value is about to change."""
    # held, for a session may be told of it
    cdef object held_impl = impl, held_state = state, held_old = old
    changes.record(state, None, impl, old)
    return 0


cdef bint delete_inline(ScalarAttributeImpl impl, object instance) except -1:
    """Delete where the instance keeps its values in itself; return whether it does."""
    cdef Places places = impl._places
    cdef PyObject *state = inline_values.ormolu_find_inline(
        instance, places.state_attr, &places.inline_place
    )
    cdef PyObject *old
    if state is NULL or not is_state(state):
        return False
    old = inline_values.ormolu_find_inline(instance, impl.key, &impl._inline_place)
    if old is NULL:
        return False
    record(impl, <State>state, <object>old)
    if not inline_values.ormolu_drop_inline(instance, impl.key, &impl._inline_place):
        # somebody has asked for a dictionary meanwhile
        instance.__dict__.pop(impl.key, None)
    return True


cdef bint delete(ScalarAttributeImpl impl, State state, dict values) except -1:
    """Delete, with nobody to be told, and return whether there was a value."""
    cdef object held_impl = impl, held_state = state
    cdef object old = values.get(impl.key, _NO_VALUE)
    if old is _NO_VALUE:
        return False
    changes.record(state, values, impl, old)
    values.pop(impl.key, None)
    return True
