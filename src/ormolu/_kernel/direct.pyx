# cython: language_level=3, auto_pickle=False
"""The native descriptors: reads and writes that need no Python call.

There is no pure form of this module.  What it does is what ``access.py`` does, for
the plain case: state and values in the ``__dict__`` of the instance, an attribute
that is a value, no listener.  Whatever else it meets it leaves to that module.
"""

from cpython.dict cimport PyDict_SetItem
from cpython.exc cimport PyErr_Fetch, PyErr_Restore
from cpython.object cimport PyObject, PyTypeObject

from . cimport changes, inline_values, peeking, referring, running, slots
from .access import InstanceAccess
from .attributes cimport AttributeImpl
from .hearing cimport silent
from .places cimport Places
from .scalars cimport ScalarAttributeImpl
from .sentinels import DONT_SET, NO_VALUE
from .state cimport State

__all__ = ["DirectAccess", "learn_layout"]

cdef extern from *:
    """
    /* The members of a class that has slots are at places that do not change. */
    typedef struct {
        PyTypeObject *type;
        Py_ssize_t impl;
        Py_ssize_t key;
    } ormolu_descriptor_layout;

    #define ORMOLU_LAYOUTS 8
    static ormolu_descriptor_layout ormolu_layouts[ORMOLU_LAYOUTS];
    static int ormolu_layout_count = 0;

    /* A class that gets DirectAccess as a base later on makes its instances as before. */
    static void
    ormolu_leave_new_to_object(PyObject *class_)
    {
        ((PyTypeObject *)class_)->tp_new = PyBaseObject_Type.tp_new;
    }

    static int
    ormolu_learn_layout(PyObject *type, Py_ssize_t impl, Py_ssize_t key)
    {
        if (!impl || !key || ormolu_layout_count == ORMOLU_LAYOUTS) {
            return 0;
        }
        Py_INCREF(type); /* for as long as the process lives */
        ormolu_layouts[ormolu_layout_count].type = (PyTypeObject *)type;
        ormolu_layouts[ormolu_layout_count].impl = impl;
        ormolu_layouts[ormolu_layout_count].key = key;
        ormolu_layout_count++;
        return 1;
    }

    static inline ormolu_descriptor_layout *
    ormolu_layout_of(PyObject *descriptor)
    {
        PyTypeObject *type = Py_TYPE(descriptor);
        for (int i = 0; i < ormolu_layout_count; i++) {
            if (ormolu_layouts[i].type == type) {
                return &ormolu_layouts[i];
            }
        }
        return NULL;
    }

    /* Classes that are known to derive from a native one, so that to find out again is
       one comparison.  They are few, and stay for as long as the process lives. */
    #define ORMOLU_KNOWN 16
    typedef struct {
        PyTypeObject *types[ORMOLU_KNOWN];
        int count;
    } ormolu_known;

    static ormolu_known ormolu_known_impls;
    static ormolu_known ormolu_known_states;

    static inline int
    ormolu_is(PyObject *object, PyTypeObject *base, ormolu_known *known)
    {
        PyTypeObject *type = Py_TYPE(object);
        for (int i = 0; i < known->count; i++) {
            if (known->types[i] == type) {
                return 1;
            }
        }
        if (!PyType_IsSubtype(type, base)) {
            return 0;
        }
        if (known->count < ORMOLU_KNOWN) {
            known->types[known->count++] = (PyTypeObject *)Py_NewRef(type);
        }
        return 1;
    }

    /* Where CPython 3.13 keeps the dictionary of an instance, once there is one. */
    #if PY_VERSION_HEX >= 0x030D0000 && PY_VERSION_HEX < 0x030E0000 && !defined(Py_GIL_DISABLED)
    #define ORMOLU_MANAGED_DICT -3
    #endif

    /* The dictionary of an instance, borrowed, or NULL: without an exception where there
       is none yet, where it is no plain one, or where the class decides. */
    static inline PyObject *
    ormolu_present_values(PyObject *instance)
    {
        PyTypeObject *type = Py_TYPE(instance);
        PyObject *values;
        if (type->tp_getattro != PyObject_GenericGetAttr) {
            return NULL;
        }
    #ifdef ORMOLU_MANAGED_DICT
        if (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) {
            values = ((PyObject **)instance)[ORMOLU_MANAGED_DICT];
        }
        else
    #endif
        {
            PyObject **place = _PyObject_GetDictPtr(instance);
            values = place == NULL ? NULL : *place;
        }
        return values != NULL && PyDict_CheckExact(values) ? values : NULL;
    }

    /* The same, made if there is none yet. */
    static inline PyObject *
    ormolu_values(PyObject *instance)
    {
        PyObject *values = ormolu_present_values(instance);
        if (values != NULL || Py_TYPE(instance)->tp_getattro != PyObject_GenericGetAttr) {
            return values;
        }
        values = PyObject_GenericGetDict(instance, NULL);
        if (values == NULL) {
            PyErr_Clear();
            return NULL;
        }
        Py_DECREF(values); /* the instance has it */
        return PyDict_CheckExact(values) ? values : NULL;
    }
    """
    int ormolu_set_item "PyDict_SetItem" (object, object, object)
    ctypedef struct ormolu_descriptor_layout:
        Py_ssize_t impl
        Py_ssize_t key
    void ormolu_leave_new_to_object(object)
    bint ormolu_learn_layout(object, Py_ssize_t, Py_ssize_t)
    ormolu_descriptor_layout *ormolu_layout_of(object)
    PyObject *ormolu_present_values(object)
    PyObject *ormolu_values(object)
    ctypedef struct ormolu_known:
        pass
    ormolu_known ormolu_known_impls
    ormolu_known ormolu_known_states
    bint ormolu_is(PyObject *, PyTypeObject *, ormolu_known *)

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
    return ormolu_learn_layout(
        descriptor_class,
        slots.place_of(descriptor_class, "impl"),
        slots.place_of(descriptor_class, "key"),
    )


cdef inline bint is_impl(PyObject *found) noexcept:
    return ormolu_is(found, <PyTypeObject *>AttributeImpl, &ormolu_known_impls)


cdef inline bint is_state(PyObject *found) noexcept:
    return ormolu_is(found, <PyTypeObject *>State, &ormolu_known_states)


cdef class DirectAccess:
    """The descriptor methods, with no fields; ``InstanceAccess`` is behind it."""

    def __get__(self, instance, owner):
        cdef PyObject *found
        cdef PyObject *impl
        cdef PyObject *key
        cdef PyObject *values
        cdef ormolu_descriptor_layout *layout
        if instance is None:
            return self
        layout = ormolu_layout_of(self)
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
                values = ormolu_present_values(instance)
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
            found = ormolu_values(instance)
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
            found = ormolu_values(instance)
            if found is not NULL:
                values = <object>found
                found = state_in((<AttributeImpl>impl)._places, found)
                if found is not NULL and delete(
                    <ScalarAttributeImpl>impl, <State>found, <dict>values
                ):
                    return
        _general_delete(self, instance)


ormolu_leave_new_to_object(DirectAccess)


cdef inline PyObject *state_in(Places places, PyObject *values) noexcept:
    """Return the state that lies among the values, or NULL if there is none."""
    cdef PyObject *found = peeking.ormolu_find_again(
        <object>values, places.state_attr, &places.state_place
    )
    return NULL if found is NULL or not is_state(found) else found


cdef object plain_dict(object instance):
    """Return the dictionary of an instance, or ``None`` if it is no plain one."""
    cdef PyObject *values = ormolu_values(instance)
    return None if values is NULL else <object>values


cdef State plain_state(object instance, Places places):
    """Return the state that lies among the values of an instance, or ``None``."""
    cdef PyObject *values = ormolu_present_values(instance)
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
    cdef ormolu_descriptor_layout *layout = ormolu_layout_of(descriptor)
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
    cdef ormolu_descriptor_layout *layout = ormolu_layout_of(descriptor)
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
