from cpython.object cimport PyObject


cdef extern from *:
    """
    /* States have hashes of their own.  What a reference remembers as its hash, once it
       has been asked for, says of a state whether another refers in its place. */
    #define ORMOLU_REFERS -1
    #define ORMOLU_HAS_STAND_IN -2

    /* The dictionary of a state, or NULL while it has none; right behind the reference. */
    static inline PyObject *
    ormolu_dictionary(PyObject *state)
    {
        return *(PyObject **)((char *)state + sizeof(PyWeakReference));
    }

    static inline void
    ormolu_have_stand_in(PyObject *state)
    {
        ((PyWeakReference *)state)->hash = ORMOLU_HAS_STAND_IN;
    }

    static inline int
    ormolu_has_stand_in(PyObject *state)
    {
        return ((PyWeakReference *)state)->hash == ORMOLU_HAS_STAND_IN;
    }

    /* What a reference refers to, or None. */
    static inline PyObject *
    ormolu_referent(PyObject *reference)
    {
    #ifdef Py_GIL_DISABLED
        PyObject *found = NULL;
        PyWeakref_GetRef(reference, &found);
        return found == NULL ? Py_NewRef(Py_None) : found;
    #else
        PyObject *found = ((PyWeakReference *)reference)->wr_object;
        return Py_NewRef(Py_REFCNT(found) > 0 ? found : Py_None);
    #endif
    }
    """
    PyObject *ormolu_dictionary(object state)
    void ormolu_have_stand_in(object state)
    bint ormolu_has_stand_in(object state)
    object ormolu_referent(object reference)

    ctypedef class weakref.ReferenceType [object PyWeakReference, check_size ignore]:
        pass

cdef extern from "Python.h":
    PyObject *PyDict_GetItemWithError(object, object) except? NULL
    bint PyWeakref_CheckRefExact(object)


# referring.pyx counts on these coming first, and makes blank states.
cdef class Referring(ReferenceType):
    cdef dict __dict__
    cdef object __weakref__


cdef inline object instance_of(Referring state):
    """Return the instance of a state, or ``None`` if it is gone."""
    return state.obj() if ormolu_has_stand_in(state) else ormolu_referent(state)


cdef inline object referent(object reference):
    """Return what a weak reference refers to, or ``None`` if it is gone."""
    return ormolu_referent(reference) if PyWeakref_CheckRefExact(reference) else reference()


cdef inline object more(Referring state, object name):
    """Return, by name, something that is kept of few states, or ``None``."""
    cdef PyObject *found = ormolu_dictionary(state)
    if found is NULL:
        return None
    found = PyDict_GetItemWithError(<object>found, name)
    return None if found is NULL else <object>found


cdef Referring refer(object state_class, object instance, object callback)
cdef void begin_with(object beginning) noexcept
