# cython: language_level=3, auto_pickle=False
"""The native form of ``links.py``."""

from cpython.object cimport PyObject

from weakref import ref

from . cimport slots

__all__ = ["Link", "LinksSlot", "is_linked"]

cdef extern from "Python.h":
    PyObject *PyDict_GetItemWithError(object, object) except? NULL

cdef dict _slots = {}


cdef class Link:
    """Says what holds a container, and keeps nothing of it alive."""

    cdef public object key
    cdef readonly object target

    def __init__(self, target, key):
        self.target = ref(target)
        self.key = key

    def holds(self, part):
        """Return whether the container is still there."""
        raise NotImplementedError

    def is_like(self, other):
        """Return whether another link says the same."""
        return type(self) is type(other) and self.target() is other.target()


cdef class LinksSlot:
    """The slot of a container for its links, not found where the parts of a value are looked for."""

    cdef object slot
    cdef object class_
    cdef Py_ssize_t place

    def __init__(self, class_, slot):
        self.slot = slot
        self.class_ = class_
        self.place = slots.ormolu_place_by(slot)
        _slots[class_] = self

    def __get__(self, container, owner):
        return self.links_of(container)

    cdef object links_of(self, object container):
        cdef PyObject *found
        if self.place and slots.is_kind(container, self.class_):
            found = slots.ormolu_slot(container, self.place)
            return () if found is NULL else <object>found
        try:
            return self.slot.__get__(container, type(container))
        except AttributeError:  # it was made without __init__
            return ()

    def __set__(self, container, links):
        self.slot.__set__(container, links)


cdef bint is_linked_to(object value, object instance, object key) except -1:
    cdef PyObject *slot = PyDict_GetItemWithError(_slots, type(value))
    cdef Link link
    if slot is NULL:
        return False
    for link in (<LinksSlot>slot).links_of(value):
        if link.target() is instance and (link.key is key or link.key == key):
            return True
    return False


def is_linked(value, instance, key):
    """Return whether a value is a container that knows that it is a field of an instance."""
    return is_linked_to(value, instance, key)
