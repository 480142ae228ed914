# cython: language_level=3, auto_pickle=False
"""The native form of ``referring.py``: a state is the weak reference to its instance.

That saves three objects for each instance, and with them most of what the garbage
collector has to look at.
"""

from cpython.object cimport Py_EQ, Py_NE, PyObject

from weakref import ref

__all__ = ["Referring", "StateType"]

cdef extern from *:
    """
    /* The fields of a State that are objects: right behind the reference, its dictionary
       and the list of weak references to the state, as referring.pxd, belonging.pxd and
       state.pxd have them. */
    #define ORMOLU_STATE_FIELDS 9
    #define ORMOLU_STATE_FIRST (sizeof(PyWeakReference) + 2 * sizeof(PyObject *))

    /* What the first field of a blank state is; the others are None. */
    static PyObject *ormolu_beginning;

    static void
    ormolu_begin_with(PyObject *beginning)
    {
        Py_XSETREF(ormolu_beginning, Py_NewRef(beginning));
    }

    #ifdef Py_GIL_DISABLED
    /* Where nothing is referred to, there is no lock of the one that is, to take. */
    static PyMutex ormolu_nobodys_lock;
    #endif

    /* How references are called, as one that refers to something knows. */
    static vectorcallfunc
    ormolu_call_of_references(void)
    {
        static vectorcallfunc call;
        if (call == NULL) {
            PyObject *one = PyWeakref_NewRef((PyObject *)&PyType_Type, NULL);
            if (one != NULL) {
                call = ((PyWeakReference *)one)->vectorcall;
                Py_DECREF(one);
            }
        }
        return call;
    }

    /* A state that refers to nothing, and belongs nowhere. */
    static PyObject *
    ormolu_blank_state(PyTypeObject *type, Py_ssize_t items)
    {
        PyObject *made = PyType_GenericAlloc(type, items);
        if (made != NULL) {
            PyObject **fields = (PyObject **)((char *)made + ORMOLU_STATE_FIRST);
            fields[0] = Py_NewRef(ormolu_beginning);
            for (int i = 1; i < ORMOLU_STATE_FIELDS; i++) {
                fields[i] = Py_NewRef(Py_None);
            }
            ((PyWeakReference *)made)->wr_object = Py_None;
            ((PyWeakReference *)made)->hash = ORMOLU_REFERS;
            ((PyWeakReference *)made)->vectorcall = ormolu_call_of_references();
    #ifdef Py_GIL_DISABLED
            ((PyWeakReference *)made)->weakrefs_lock = &ormolu_nobodys_lock;
    #endif
        }
        return made;
    }

    /* What the collector asks a state for, over and over: most fields are None. */
    static int
    ormolu_visit_state(PyObject *state, visitproc visit, void *arg)
    {
        PyObject **fields = (PyObject **)((char *)state + ORMOLU_STATE_FIRST);
        Py_VISIT(((PyWeakReference *)state)->wr_callback);
        Py_VISIT(ormolu_dictionary(state));
        for (int i = 0; i < ORMOLU_STATE_FIELDS; i++) {
            if (fields[i] != Py_None) {
                Py_VISIT(fields[i]);
            }
        }
        return 0;
    }

    static void
    ormolu_visit_quickly(PyObject *class_)
    {
        ((PyTypeObject *)class_)->tp_traverse = ormolu_visit_state;
    }

    static int
    ormolu_allow_blank(PyObject *class_, Py_ssize_t size)
    {
        Py_ssize_t fields = ORMOLU_STATE_FIRST + ORMOLU_STATE_FIELDS * sizeof(PyObject *);
        if (size != fields + 2 * (Py_ssize_t)sizeof(int)
            || ((PyTypeObject *)class_)->tp_dictoffset != sizeof(PyWeakReference)) {
            PyErr_SetString(PyExc_SystemError,
                            "the fields of State are not those that referring.pyx counts");
            return -1;
        }
        ((PyTypeObject *)class_)->tp_alloc = ormolu_blank_state;
        return 0;
    }

    static destructor ormolu_dealloc_fields;

    /* A state lets go of the instance before anything else: what its fields hold may be
       somebody's last and run code, and a collection that begins there must not find among
       the references to the instance one that the collector does not know any more. */
    static void
    ormolu_dealloc_state(PyObject *state)
    {
        _PyWeakref_RefType.tp_clear(state);
        ormolu_dealloc_fields(state);
    }

    static void
    ormolu_let_go_first(PyObject *class_)
    {
        PyTypeObject *type = (PyTypeObject *)class_;
        if (type->tp_dealloc != ormolu_dealloc_state) {
            ormolu_dealloc_fields = type->tp_dealloc;
            type->tp_dealloc = ormolu_dealloc_state;
        }
    }

    /* object.__new__ makes them, too: pickles of protocols 0 and 1 want it. */
    static void
    ormolu_leave_new_to_object(PyObject *class_)
    {
        ((PyTypeObject *)class_)->tp_new = PyBaseObject_Type.tp_new;
        PyType_Modified((PyTypeObject *)class_);
    }

    static PyObject *
    ormolu_refer(PyObject *class_, PyObject *instance, PyObject *callback)
    {
    #ifndef Py_GIL_DISABLED
        /* One tuple serves all calls that are not made while another is: what is in it is
           only borrowed, so neither it nor the collector may look at it in between. */
        static PyObject *kept;
        static int is_used;
        if (kept == NULL) {
            kept = PyTuple_Pack(2, Py_None, Py_None);
            if (kept == NULL) {
                return NULL;
            }
            PyObject_GC_UnTrack(kept);
        }
        if (!is_used) {
            is_used = 1;
            PyTuple_SET_ITEM(kept, 0, instance);
            PyTuple_SET_ITEM(kept, 1, callback);
            PyObject *made = _PyWeakref_RefType.tp_new((PyTypeObject *)class_, kept, NULL);
            PyTuple_SET_ITEM(kept, 0, Py_None);
            PyTuple_SET_ITEM(kept, 1, Py_None);
            is_used = 0;
            return made;
        }
    #endif
        PyObject *args = PyTuple_Pack(2, instance, callback);
        if (args == NULL) {
            return NULL;
        }
        PyObject *made = _PyWeakref_RefType.tp_new((PyTypeObject *)class_, args, NULL);
        Py_DECREF(args);
        return made;
    }
    """
    int ormolu_allow_blank(object class_, Py_ssize_t size) except -1
    void ormolu_leave_new_to_object(object class_)
    void ormolu_visit_quickly(object class_)
    void ormolu_let_go_first(object class_)
    void ormolu_begin_with(object beginning)
    object ormolu_refer(object class_, object instance, object callback)


cdef class Referring:
    """Refers to an instance, which calling it returns."""

    # a reference that is called for the instance in the place of this one
    _stand_in = None

    # references are equal where their objects are; states are so to nobody else
    def __richcmp__(self, other, int op):
        if op == Py_EQ:
            return True if self is other else NotImplemented
        if op == Py_NE:
            return False if self is other else NotImplemented
        return NotImplemented

    def __hash__(self):
        return <Py_hash_t>(<size_t><PyObject *>self >> 4)

    def __repr__(self):
        return object.__repr__(self)

    @property
    def obj(self):
        """Call it for the instance, or ``None`` once that is gone."""
        return self if self._stand_in is None else self._stand_in

    @obj.setter
    def obj(self, reference):
        self._stand_in = reference
        ormolu_have_stand_in(self)

    def refer_to(self, instance):
        """Refer to ``instance``; ``_cleanup`` is called when it is gone."""
        if ormolu_referent(self) is not instance:
            self.obj = ref(instance, self._cleanup)


cdef void begin_with(object beginning) noexcept:
    """Tell what the first field of a blank state is."""
    ormolu_begin_with(beginning)


def gone(state):
    state._cleanup(state)


cdef object _gone = gone


cdef Referring refer(object state_class, object instance, object callback):
    """Return a state that refers to ``instance``, with every other field blank.

    The callback is called with the state when the instance is gone.
    """
    return ormolu_refer(state_class, instance, callback)


def new_state(state_class, instance=None, manager=None):
    """The ``__new__`` of classes of states: without arguments it makes a blank one."""
    # a pickle may call it with anything, and C takes everything for a class
    if not (isinstance(state_class, type) and issubclass(state_class, Referring)):
        raise TypeError(f"{state_class!r} is no class of states, so no state is made of it")
    if instance is None:
        return object.__new__(state_class)
    return refer(state_class, instance, _gone)


class StateType(type):
    """The class of classes of states: they refer natively, and can be made blank.

    Pickles of protocols 0 and 1 make their objects by ``object.__new__``, which refuses
    to make one of a native class that makes its instances itself.  So states are left to
    it, and every class of them is told how to begin, so that no field is empty.  A
    class, and not ``__init_subclass__``: none may be left out.
    """

    def __new__(cls, *args, **kwargs):
        made = super().__new__(cls, *args, **kwargs)
        allow_blank(made)
        return made


def allow_blank(state_class):
    """Have a class of states refer natively, and ``object.__new__`` make blank ones."""
    native = state_class
    # State is a Belonging, and that is a Referring
    while native.__base__.__base__ is not Referring:
        native = native.__base__
    ormolu_allow_blank(native, native.__basicsize__)
    ormolu_leave_new_to_object(native)
    ormolu_visit_quickly(native)
    ormolu_let_go_first(native)
    if state_class is not native:
        ormolu_allow_blank(state_class, native.__basicsize__)
        if state_class.__base__ is native:
            state_class.__new__ = staticmethod(new_state)
