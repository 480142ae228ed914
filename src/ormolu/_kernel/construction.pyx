# cython: language_level=3, auto_pickle=False
"""Calls of a class whose ``__init__`` does nothing but assign its keyword arguments.

Such a call is served here from end to end, as long as all is as it was when the
class was prepared; any other goes the way that Python's own calls go.
"""

from cpython.object cimport PyObject
from cpython.tuple cimport PyTuple_GET_ITEM, PyTuple_GET_SIZE

cimport cython

from . cimport calling, inline_values, peeking, running
from .attributes cimport AttributeImpl
from .direct cimport direct_impl, plain_dict, writable_impl, write
from .hearing cimport Hearing, silent
from .instances cimport bare_instance, keep_inline, new_state
from .places cimport Places
from .scalars cimport ScalarAttributeImpl
from .sentinels import DONT_SET as _DONT_SET
from .sentinels import NO_VALUE as _NO_VALUE
from .state cimport State

__all__ = ["Construction", "serve_calls"]

cdef object DONT_SET = _DONT_SET
cdef object NO_VALUE = _NO_VALUE

cdef extern from "Python.h":
    PyObject *PyDict_GetItemWithError(object, object) except? NULL
    int PyDict_SetItem(object, object, object) except -1
    object PyDict_Copy(object)
    int PyObject_SetAttr(object, object, object) except -1
    object PyObject_GenericGetDict(object, void *)
    Py_ssize_t PyVectorcall_NARGS(size_t)

cdef extern from *:
    """
    typedef PyObject *(*ormolu_call)(PyObject *, PyObject *const *, size_t, PyObject *);

    static void
    ormolu_serve_calls(PyObject *class_, ormolu_call call)
    {
    #ifdef Py_GIL_DISABLED
        /* What is learnt of a class could not be trusted: it has no version to ask for. */
        (void)class_;
        (void)call;
    #else
        PyTypeObject *metaclass = Py_TYPE(class_);
        ((PyTypeObject *)class_)->tp_vectorcall = call;
    #if PY_VERSION_HEX < 0x030C0000
        /* From 3.12 on metaclasses inherit that their classes may be called so. */
        if (metaclass->tp_call == PyType_Type.tp_call) {
            metaclass->tp_vectorcall_offset = PyType_Type.tp_vectorcall_offset;
            metaclass->tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;
        }
    #else
        (void)metaclass;
    #endif
    #endif
    }

    /* Whether instances are made, and their attributes kept, as type and object do it. */
    static inline int
    ormolu_is_plain(PyObject *class_)
    {
        PyTypeObject *type = (PyTypeObject *)class_;
        return Py_TYPE(class_)->tp_call == PyType_Type.tp_call
            && type->tp_new == PyBaseObject_Type.tp_new
            && type->tp_setattro == PyObject_GenericSetAttr
            && type->tp_getattro == PyObject_GenericGetAttr
            && !(type->tp_flags & Py_TPFLAGS_IS_ABSTRACT);
    }

    /* What changes whenever the class or a base of it does; 0 if there is nothing such. */
    static inline unsigned int
    ormolu_version(PyObject *class_)
    {
        PyTypeObject *type = (PyTypeObject *)class_;
    #if defined(Py_GIL_DISABLED)
        return 0;
    #elif PY_VERSION_HEX < 0x030D0000
        return type->tp_flags & Py_TPFLAGS_VALID_VERSION_TAG ? type->tp_version_tag : 0;
    #else
        return type->tp_version_tag;
    #endif
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
        PyObject *keywords, *result;
        PyObject *positional = ormolu_gather(args, PyVectorcall_NARGS(nargsf), names, &keywords);
        if (positional == NULL) {
            return NULL;
        }
        result = Py_TYPE(class_)->tp_call(class_, positional, keywords);
        Py_DECREF(positional);
        Py_XDECREF(keywords);
        return result;
    }
    """
    ctypedef PyObject *(*ormolu_call)(PyObject *, PyObject **, size_t, PyObject *)
    void ormolu_serve_calls(object class_, void *call)
    bint ormolu_is_plain(object class_)
    unsigned int ormolu_version(object class_)
    PyObject *ormolu_found_on(object class_, object name)
    PyObject *ormolu_call_type(PyObject *, PyObject **, size_t, PyObject *) except NULL
    void Py_INCREF(PyObject *)


@cython.final
cdef class Keywords:
    """What calls with certain names do, as long as class and attributes stay as they are.

    Attributes:
        version: of the class, when this was found out.
        attributes: the attributes of those names.
        impls: their implementations, if all can be assigned directly; else ``None``.
        recorded: what is recorded of a new instance that has been given all of them.
        is_inline: whether new instances can keep them in themselves.
    """

    cdef unsigned int version
    cdef bint is_inline
    cdef tuple attributes, impls
    cdef dict recorded

    cdef bint is_direct(self) except -1:
        """Whether the attributes still have those implementations, and nobody listens."""
        cdef PyObject *impl
        cdef Py_ssize_t i
        if self.impls is None:
            return False
        for i in range(PyTuple_GET_SIZE(self.impls)):
            impl = writable_impl(<object>PyTuple_GET_ITEM(self.attributes, i))
            if impl is not PyTuple_GET_ITEM(self.impls, i):
                return False
            if not silent((<ScalarAttributeImpl>impl)._set_hearing):
                return False
        return True


@cython.final
cdef class Switch:
    """An attribute of some object, to be looked at again and again.

    Attributes:
        in_dict: it lies among the values of the object, for all that its class says.
        place: where it was last time.
    """

    cdef object target, name
    cdef bint in_dict
    cdef Py_ssize_t place

    def __init__(self, target, name):
        self.target = target
        self.name = name
        self.in_dict = not hasattr(getattr(type(target), name, None), "__get__")

    cdef bint is_on(self) except -1:
        cdef PyObject *found = NULL
        cdef object values = plain_dict(self.target) if self.in_dict else None
        if values is not None:
            found = peeking.ormolu_find_again(values, self.name, &self.place)
        if found is NULL:
            return bool(getattr(self.target, self.name))
        return bool(<object>found)


cdef enum:
    MOST_CALLS = 64


@cython.final
cdef class Construction:
    """How to make an instance of one class.

    Attributes:
        manager: of the class.
        new_init: the ``__init__`` that has been put on the class.
        known: what calls do, by the names they give.
    """

    cdef object class_, manager, new_init, state_class
    cdef Places places
    cdef Hearing init, failure
    cdef tuple idle_while
    cdef dict known

    def __init__(self, manager, own_listener):
        self.class_ = manager.class_
        self.manager = manager
        self.new_init = manager.new_init
        self.places = manager.layer
        self.init = Hearing(manager.layer, manager.dispatch, "init", own_listener)
        self.failure = Hearing(manager.layer, manager.dispatch, "init_failure")
        self.known = {}

    cdef bint applies(self) except -1:
        """Whether nobody has anything to do with a new instance."""
        # one that is made in an operation is noted there
        if not self.places.plain or running.published:
            return False
        if not (self.init.is_silent() and self.is_idle()):
            return False
        if not silent(self.failure):
            return False
        if self.state_class is None:
            if self.manager._announces_first_init:
                return False
            self.state_class = self.manager._state_constructor
        return True

    cdef bint is_idle(self) except -1:
        """Whether the layer's own listener of ``init`` has nothing to do."""
        cdef Switch switch
        if self.init.own is None:
            return True
        if self.idle_while is None:
            self.idle_while = tuple(
                [Switch(target, name) for target, name in self.manager._init_idle_while()]
            )
        for found in self.idle_while:
            switch = <Switch>found
            if switch.is_on():
                return False
        return True

    cdef Keywords keywords(self, object class_, tuple names):
        """Return what a call with these names does, or ``None`` if Python has to see to it."""
        cdef unsigned int version = ormolu_version(class_)
        cdef PyObject *found = PyDict_GetItemWithError(self.known, names)
        cdef Keywords keywords
        if (
            found is not NULL
            and version
            and (<Keywords>found).version == version
            and ormolu_is_plain(class_)
        ):
            return <Keywords>found
        keywords = self.learn(class_, names)
        if keywords is not None:
            if len(self.known) >= MOST_CALLS:
                self.known.clear()
            # what has been looked at has a version by now
            keywords.version = ormolu_version(class_)
            self.known[names] = keywords
        return keywords

    cdef Keywords learn(self, object class_, tuple names):
        """Find out whether each name is that of an attribute, and of nothing in front of it."""
        cdef PyObject *attribute
        cdef Keywords keywords = Keywords()
        cdef list attributes = [], impls = []
        if not ormolu_is_plain(class_):
            return None
        if ormolu_found_on(class_, "__init__") is not <PyObject *>self.new_init:
            return None
        for name in names:
            attribute = PyDict_GetItemWithError(self.manager, name)
            if attribute is NULL or ormolu_found_on(class_, name) is not attribute:
                return None
            attributes.append(<object>attribute)
            impls.append(direct_impl(<object>attribute))
        keywords.attributes = tuple(attributes)
        keywords.impls = None if None in impls else tuple(impls)
        if keywords.impls is not None:
            keywords.recorded = {
                impl.key: NO_VALUE for impl in impls if impl.send_modified_events
            }
            keys = [self.places.state_attr, *[impl.key for impl in impls]]
            keywords.is_inline = keep_inline(class_, tuple(keys))
        return keywords

    cdef object make(self, Keywords keywords, PyObject **given, tuple names):
        cdef object instance = bare_instance(self.class_)
        cdef State state = new_state(self.state_class, instance, self.manager)
        cdef bint is_direct = keywords.is_direct() and not has_signal(
            given, PyTuple_GET_SIZE(names)
        )
        cdef dict values
        if is_direct:
            self.record(keywords, state)
            if keywords.is_inline and self.store(keywords, instance, state, given):
                return instance
        values = PyObject_GenericGetDict(instance, NULL)
        PyDict_SetItem(values, self.places.state_attr, state)
        if is_direct:
            self.assign(keywords, values, given)
        else:
            self.assign_each(keywords, instance, state, values, given, names)
        return instance

    cdef int record(self, Keywords keywords, State state) except -1:
        """Record that a new instance has none yet of the values that it is given."""
        if keywords.recorded:
            state._committed = PyDict_Copy(keywords.recorded)
            state.modified = True
        return 0

    cdef bint store(
        self, Keywords keywords, object instance, State state, PyObject **given
    ) except -1:
        """Put state and values into a new instance itself, and return whether they all are."""
        cdef Py_ssize_t i
        cdef PyObject *impl
        if not inline_values.ormolu_store_inline(
            instance, self.places.state_attr, state, &self.places.inline_place
        ):
            return False
        for i in range(PyTuple_GET_SIZE(keywords.impls)):
            impl = PyTuple_GET_ITEM(keywords.impls, i)
            if not inline_values.ormolu_store_inline(
                instance,
                (<AttributeImpl>impl).key,
                <object>given[i],
                &(<AttributeImpl>impl)._inline_place,
            ):
                return False
        return True

    cdef int assign(self, Keywords keywords, dict values, PyObject **given) except -1:
        """Give a new instance all of its values."""
        cdef Py_ssize_t i
        cdef ScalarAttributeImpl impl
        for i in range(PyTuple_GET_SIZE(keywords.impls)):
            impl = <ScalarAttributeImpl>PyTuple_GET_ITEM(keywords.impls, i)
            PyDict_SetItem(values, impl.key, <object>given[i])
        return 0

    cdef int assign_each(
        self,
        Keywords keywords,
        object instance,
        State state,
        dict values,
        PyObject **given,
        tuple names,
    ) except -1:
        """Assign one after the other; any of them may call what changes the class."""
        cdef ScalarAttributeImpl impl
        cdef PyObject *attribute
        for i in range(PyTuple_GET_SIZE(names)):
            name = <object>PyTuple_GET_ITEM(names, i)
            value = <object>given[i]
            attribute = PyDict_GetItemWithError(self.manager, name)
            impl = None if attribute is NULL else direct_impl(<object>attribute)
            if impl is not None and silent(impl._set_hearing):
                write(impl, state, values, value)
            else:
                PyObject_SetAttr(instance, name, value)
        return 0


cdef bint has_signal(PyObject **given, Py_ssize_t count) noexcept:
    """Whether one of the values says that it is not to be assigned."""
    cdef Py_ssize_t i
    for i in range(count):
        if given[i] is <PyObject *>DONT_SET:
            return True
    return False


cdef list _manager_attrs = []
cdef Py_ssize_t _construction_place = -1


cdef Construction construction_of(object class_):
    """Return what is kept on the manager of the class, which must be its own."""
    cdef PyObject *manager
    cdef PyObject *found
    for name in _manager_attrs:
        manager = ormolu_found_on(class_, name)
        if manager is not NULL:
            values = plain_dict(<object>manager)
            found = NULL
            if values is not None:
                found = peeking.ormolu_find_again(
                    values, "_construction", &_construction_place
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
    cdef Keywords keywords
    if names is not NULL and PyVectorcall_NARGS(nargsf) == 0:
        construction = construction_of(<object>class_)
        if construction is not None and construction.applies():
            keywords = construction.keywords(<object>class_, <tuple>names)
            if keywords is not None:
                instance = construction.make(keywords, args, <tuple>names)
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
