# cython: language_level=3, auto_pickle=False
"""Calls of a class whose ``__init__`` does nothing but assign its keyword arguments.

Such a call is served here from end to end, as long as all is as it was when the
class was prepared; any other goes the way that Python's own calls go.
"""

from cpython.object cimport PyObject
from cpython.tuple cimport PyTuple_GET_ITEM, PyTuple_GET_SIZE

cimport cython

from .direct cimport direct_impl, write
from .hearing cimport Hearing
from .instances cimport bare_instance, new_state
from .places cimport Places
from .scalars cimport ScalarAttributeImpl
from .state cimport State

__all__ = ["Construction", "serve_calls"]

cdef extern from "Python.h":
    PyObject *PyDict_GetItemWithError(object, object) except? NULL
    int PyDict_SetItem(object, object, object) except -1
    int PyObject_SetAttr(object, object, object) except -1
    object PyObject_GenericGetDict(object, void *)
    Py_ssize_t PyVectorcall_NARGS(size_t)

cdef extern from *:
    """
    typedef PyObject *(*ormolu_call)(PyObject *, PyObject *const *, size_t, PyObject *);

    static void
    ormolu_serve_calls(PyObject *class_, ormolu_call call)
    {
        ((PyTypeObject *)class_)->tp_vectorcall = call;
    }

    /* Whether instances are made, and their attributes kept, as object does it. */
    static inline int
    ormolu_is_plain(PyObject *class_)
    {
        PyTypeObject *type = (PyTypeObject *)class_;
        return type->tp_new == PyBaseObject_Type.tp_new
            && type->tp_setattro == PyObject_GenericSetAttr
            && type->tp_getattro == PyObject_GenericGetAttr
            && !(type->tp_flags & Py_TPFLAGS_IS_ABSTRACT);
    }

    static inline PyObject *
    ormolu_found_on(PyObject *class_, PyObject *name)
    {
        return _PyType_Lookup((PyTypeObject *)class_, name);
    }

    /* What Python does with a call of a class. */
    static PyObject *
    ormolu_call_type(PyObject *class_, PyObject *const *args, size_t nargsf, PyObject *names)
    {
        Py_ssize_t given = PyVectorcall_NARGS(nargsf);
        PyObject *keywords = NULL, *result = NULL;
        PyObject *positional = PyTuple_New(given);
        if (positional == NULL) {
            return NULL;
        }
        for (Py_ssize_t i = 0; i < given; i++) {
            PyTuple_SET_ITEM(positional, i, Py_NewRef(args[i]));
        }
        if (names != NULL && PyTuple_GET_SIZE(names)) {
            keywords = PyDict_New();
            for (Py_ssize_t i = 0; keywords != NULL && i < PyTuple_GET_SIZE(names); i++) {
                if (PyDict_SetItem(keywords, PyTuple_GET_ITEM(names, i), args[given + i]) < 0) {
                    Py_CLEAR(keywords);
                }
            }
            if (keywords == NULL) {
                Py_DECREF(positional);
                return NULL;
            }
        }
        result = PyType_Type.tp_call(class_, positional, keywords);
        Py_DECREF(positional);
        Py_XDECREF(keywords);
        return result;
    }
    """
    ctypedef PyObject *(*ormolu_call)(PyObject *, PyObject **, size_t, PyObject *)
    void ormolu_serve_calls(object class_, void *call)
    bint ormolu_is_plain(object class_)
    PyObject *ormolu_found_on(object class_, object name)
    PyObject *ormolu_call_type(PyObject *, PyObject **, size_t, PyObject *) except NULL
    void Py_INCREF(PyObject *)


@cython.final
cdef class Construction:
    """How to make an instance of one class.

    Attributes:
        manager: of the class.
        new_init: the ``__init__`` that has been put on the class.
    """

    cdef object class_, manager, new_init, state_class
    cdef Places places
    cdef Hearing init, failure
    cdef tuple idle_while

    def __init__(self, manager, own_listener):
        self.class_ = manager.class_
        self.manager = manager
        self.new_init = manager.new_init
        self.places = manager.layer
        self.init = Hearing(manager.layer, manager.dispatch, "init", own_listener)
        self.failure = Hearing(manager.layer, manager.dispatch, "init_failure")

    cdef bint applies(self, object class_) except -1:
        """Whether all is as it was when the class was prepared."""
        if not (self.places.plain and ormolu_is_plain(class_)):
            return False
        if ormolu_found_on(class_, "__init__") is not <PyObject *>self.new_init:
            return False
        if not (self.init.is_silent() and self.is_idle()):
            return False
        if not self.failure.is_silent():
            return False
        if self.state_class is None:
            if self.manager._announces_first_init:
                return False
            self.state_class = self.manager._state_constructor
        return True

    cdef bint is_idle(self) except -1:
        """Whether the layer's own listener of ``init`` has nothing to do."""
        if self.init.own is None:
            return True
        if self.idle_while is None:
            self.idle_while = self.manager._init_idle_while()
        for target, name in self.idle_while:
            if getattr(target, name):
                return False
        return True

    cdef bint knows(self, object class_, tuple names) except -1:
        """Whether each name is that of an attribute, and of nothing in front of it."""
        cdef PyObject *attribute
        for i in range(PyTuple_GET_SIZE(names)):
            name = <object>PyTuple_GET_ITEM(names, i)
            attribute = PyDict_GetItemWithError(self.manager, name)
            if attribute is NULL or ormolu_found_on(class_, name) is not attribute:
                return False
        return True

    cdef object make(self, object class_, PyObject **given, tuple names):
        cdef object instance = bare_instance(class_)
        cdef object values = PyObject_GenericGetDict(instance, NULL)
        cdef State state = new_state(self.state_class, instance, self.manager)
        cdef ScalarAttributeImpl impl
        cdef PyObject *attribute
        PyDict_SetItem(values, self.places.state_attr, state)
        for i in range(PyTuple_GET_SIZE(names)):
            name = <object>PyTuple_GET_ITEM(names, i)
            value = <object>given[i]
            # an assignment may have called what takes attributes away
            attribute = PyDict_GetItemWithError(self.manager, name)
            impl = None if attribute is NULL else direct_impl(<object>attribute)
            if impl is not None and impl._set_hearing.is_silent():
                write(impl, state, values, value)
            else:
                PyObject_SetAttr(instance, name, value)
        return instance


cdef list _manager_attrs = []


cdef Construction construction_of(object class_):
    """Return what is kept on the manager of the class, which must be its own."""
    cdef PyObject *manager
    cdef PyObject *found
    for name in _manager_attrs:
        manager = ormolu_found_on(class_, name)
        if manager is not NULL:
            found = PyDict_GetItemWithError(
                PyObject_GenericGetDict(<object>manager, NULL), "_construction"
            )
            if found is not NULL:
                construction = <Construction?><object>found
                return construction if construction.class_ is class_ else None
    return None


cdef PyObject *call(
    PyObject *class_, PyObject **args, size_t nargsf, PyObject *names
) except NULL:
    cdef PyObject *found
    cdef Construction construction
    if names is not NULL and PyVectorcall_NARGS(nargsf) == 0:
        construction = construction_of(<object>class_)
        if (
            construction is not None
            and construction.applies(<object>class_)
            and construction.knows(<object>class_, <tuple>names)
        ):
            instance = construction.make(<object>class_, args, <tuple>names)
            Py_INCREF(<PyObject *>instance)
            return <PyObject *>instance
    return ormolu_call_type(class_, args, nargsf, names)


def serve_calls(manager, own_listener=None):
    """Serve the calls of a class that has the keyword constructor and nothing else.

    Args:
        manager: of the class; its ``__init__`` is installed.
        own_listener: a listener of ``init`` that has nothing to do while certain
            attributes are false: ``manager._init_idle_while()`` names them.
    """
    if manager.MANAGER_ATTR not in _manager_attrs:
        _manager_attrs.append(manager.MANAGER_ATTR)
    manager._construction = Construction(manager, own_listener)
    ormolu_serve_calls(manager.class_, <void *>call)
