# cython: language_level=3, auto_pickle=False
"""The native form of ``storage.py``."""

from cpython.object cimport PyObject, PyObject_GenericGetAttr

from . cimport links, outer_values, slots
from .sentinels import MISSING

__all__ = ["InDictionary", "Notifying", "SharedSlot", "Storage", "ThroughClass", "ThroughDescriptor"]

cdef extern from "Python.h":
    PyObject *PyDict_GetItemWithError(object, object) except? NULL
    int PyDict_SetItem(object, object, object) except -1
    object PyObject_GenericGetDict(object, void *)

cdef extern from *:
    """
    #ifdef Py_GIL_DISABLED
    #define ORMOLU_LOOKS_INTO_SLOTS 0 /* others write there at the same time */
    #else
    #define ORMOLU_LOOKS_INTO_SLOTS 1
    #endif

    /* Put a value into a slot; what was there may be somebody's last. */
    static inline void
    ormolu_put(PyObject *instance, Py_ssize_t place, PyObject *value)
    {
        PyObject **slot = (PyObject **)((char *)instance + place);
        PyObject *old = *slot;
        *slot = Py_NewRef(value);
        Py_XDECREF(old);
    }
    """
    bint ORMOLU_LOOKS_INTO_SLOTS
    void ormolu_put(object instance, Py_ssize_t place, object value)

cdef object _MISSING = MISSING
cdef object _set_plainly = object.__setattr__
cdef object _delete_plainly = object.__delattr__


cdef class Storage:
    """Gives, takes and drops the value of one field of an instance."""

    def get(self, instance):
        """Return the value, or ``MISSING``."""
        raise NotImplementedError

    def put(self, instance, value):
        """Put a value there; nothing at all if it is ``MISSING``."""
        raise NotImplementedError

    cdef object fetch(self, object instance):
        return self.get(instance)

    cdef int store(self, object instance, object value) except -1:
        self.put(instance, value)
        return 0


cdef class NativeStorage(Storage):
    """One that is asked from C, and by others through it."""

    def get(self, instance):
        """Return the value, or ``MISSING``."""
        return self.fetch(instance)

    def put(self, instance, value):
        """Put a value there; nothing at all if it is ``MISSING``."""
        self.store(instance, value)

    cdef object fetch(self, object instance):
        raise NotImplementedError

    cdef int store(self, object instance, object value) except -1:
        raise NotImplementedError


cdef class ThroughClass(NativeStorage):
    """A field that nothing watches: found as Python finds any attribute."""

    cdef readonly object name

    def __init__(self, name):
        self.name = name

    cdef object fetch(self, object instance):
        try:
            return PyObject_GenericGetAttr(instance, self.name)
        except AttributeError:
            return _MISSING

    cdef int store(self, object instance, object value) except -1:
        if value is not _MISSING:
            _set_plainly(instance, self.name, value)
            return 0
        try:
            _delete_plainly(instance, self.name)
        except AttributeError:  # there is none
            pass
        return 0


cdef class InDictionary(NativeStorage):
    """A field that is kept in the dictionary of the instance."""

    cdef readonly object name
    cdef readonly object default
    cdef Py_ssize_t place  # where it was found last

    def __init__(self, name, default):
        self.name = name
        self.default = default

    cdef object fetch(self, object instance):
        cdef PyObject *found
        if _peeks:
            found = outer_values.find(instance, self.name, &self.place)
            if found is not NULL:
                return <object>found
        cdef object values = PyObject_GenericGetDict(instance, NULL)
        found = PyDict_GetItemWithError(values, self.name)
        return self.default if found is NULL else <object>found

    cdef int store(self, object instance, object value) except -1:
        if value is _MISSING:
            PyObject_GenericGetDict(instance, NULL).pop(self.name, None)
        elif not _peeks or not outer_values.replace(instance, self.name, value, &self.place):
            PyDict_SetItem(PyObject_GenericGetDict(instance, NULL), self.name, value)
        return 0


cdef class ThroughDescriptor(NativeStorage):
    """A field that is kept by a descriptor of the class: by a slot, mostly."""

    cdef readonly object descriptor
    cdef object class_
    cdef Py_ssize_t place  # of the slot in instances of that class; 0 if it is none

    def __init__(self, descriptor):
        self.descriptor = descriptor
        if ORMOLU_LOOKS_INTO_SLOTS:
            self.place = slots.ormolu_place_by(descriptor)
            self.class_ = descriptor.__objclass__ if self.place else None

    cdef object fetch(self, object instance):
        cdef PyObject *found
        if self.place and slots.is_kind(instance, self.class_):
            found = slots.ormolu_slot(instance, self.place)
            return _MISSING if found is NULL else <object>found
        try:
            return self.descriptor.__get__(instance, type(instance))
        except AttributeError:
            return _MISSING

    cdef int store(self, object instance, object value) except -1:
        if value is _MISSING:
            try:
                self.descriptor.__delete__(instance)
            except AttributeError:  # there is none
                pass
        elif self.place and slots.is_kind(instance, self.class_):
            ormolu_put(instance, self.place, value)
        else:
            self.descriptor.__set__(instance, value)
        return 0


cdef class SharedSlot(NativeStorage):
    """A slot in which something else may lie beside the value."""

    cdef readonly Storage slot
    cdef readonly object shared

    def __init__(self, Storage slot not None, shared):
        self.slot = slot
        self.shared = shared

    cdef object fetch(self, object instance):
        found = self.slot.fetch(instance)
        return found.value if type(found) is self.shared else found

    cdef int store(self, object instance, object value) except -1:
        found = self.slot.fetch(instance)
        if type(found) is self.shared:
            found.value = value
            return 0
        return self.slot.store(instance, value)


cdef class Notifying(NativeStorage):
    """Where values are, as containers that tell."""

    cdef readonly Storage inner
    cdef readonly object key
    cdef readonly object default
    cdef readonly object exchange

    def __init__(self, Storage inner not None, key, default, exchange):
        self.inner = inner
        self.key = key
        self.default = default
        self.exchange = exchange

    cdef object fetch(self, object instance):
        cdef object value = self.inner.fetch(instance)
        # first what nearly all are
        if links.is_linked_to(value, instance, self.key):
            return value
        if value is _MISSING or value is self.default:
            return value
        cdef object taken = self.exchange(instance, value)
        if taken is not value:
            self.inner.store(instance, taken)
        return taken

    cdef int store(self, object instance, object value) except -1:
        return self.inner.store(
            instance, value if value is _MISSING else self.exchange(instance, value)
        )


class Probe:
    """Its instances keep their values as those of most classes do."""


cdef bint peeks() except -1:
    """Return whether instances of this very Python keep their values as it is believed here."""
    cdef Py_ssize_t place = 0
    cdef PyObject *found
    one, other = Probe(), Probe()
    one.a, one.b = 1, 2
    other.b = 3
    found = outer_values.find(other, "b", &place)
    if found is NULL or <object>found is not other.b:
        return False
    found = outer_values.find(other, "a", &place)
    if found is not NULL or not outer_values.replace(other, "a", "first", &place):
        return False
    if not outer_values.replace(other, "b", "second", &place):
        return False
    return other.a == "first" and list(vars(other).items()) == [("b", "second"), ("a", "first")]


cdef bint _peeks = peeks()
del Probe
