from cpython.object cimport PyObject

from . cimport calling

cdef extern from *:
    """
    #ifndef ORMOLU_GUARDING
    #define ORMOLU_GUARDING
    #ifndef Py_GIL_DISABLED
    #define ormolu_guard_function(function, is_method) 0
    #define ormolu_guard_slots(class_, is_last) 0
    #define ormolu_unguarded(class_, i) NULL
    #define ORMOLU_SLOT_COUNT 0
    #define ormolu_guard_member(descriptor) 0
    #define ORMOLU_TAKES_TURNS 0
    #else
    #define ORMOLU_TAKES_TURNS 1

    /* Anything will do whose lock nobody else takes. */
    static PyObject *
    ormolu_turn(void)
    {
        static PyObject *turn;
        if (turn == NULL) {
            turn = PyList_New(0);
        }
        return turn;
    }

    /* Whether this thread has it already, and nothing has been locked since.  3.14 looks
       for that itself; 3.13 would wait for itself, letting go and beginning anew. */
    static inline int
    ormolu_has_turn(void)
    {
        uintptr_t last = PyThreadState_GetUnchecked()->critical_section;
        /* the lowest bit tells that it is let go of, the next that there are two locks */
        return last != 0 && !(last & 1)
            && ((PyCriticalSection *)(last & ~(uintptr_t)3))->_cs_mutex
                == &ormolu_turn()->ob_mutex;
    }

    #define ORMOLU_TAKE PyCriticalSection ormolu_section; \\
        int ormolu_had_turn = ormolu_has_turn(); \\
        if (!ormolu_had_turn) { \\
            PyCriticalSection_Begin(&ormolu_section, ormolu_turn()); \\
        }
    #define ORMOLU_GIVE if (!ormolu_had_turn) { \\
            PyCriticalSection_End(&ormolu_section); \\
        }

    /* -- what stood in a place before the guard ------------------------------------- */

    typedef struct {
        void *owner;
        Py_ssize_t place; /* the offset of a slot; -1 of a function, -2 of a method */
        void *original;
    } ormolu_guarded;

    #define ORMOLU_MOST_GUARDED 8192
    static ormolu_guarded ormolu_all_guarded[ORMOLU_MOST_GUARDED];
    static int ormolu_guarded_count;

    static ormolu_guarded *
    ormolu_place_for(const void *owner, Py_ssize_t place)
    {
        /* by Fibonacci's hashing (Knuth, volume 3, 6.4): addresses are much alike */
        uint64_t mixed = ((uint64_t)(size_t)owner + (uint64_t)place) * 0x9E3779B97F4A7C15u;
        size_t at = (size_t)(mixed >> 51); /* as many bits as ORMOLU_MOST_GUARDED has */
        for (;;) {
            ormolu_guarded *entry = &ormolu_all_guarded[at];
            const void *present = _Py_atomic_load_ptr_acquire(&entry->owner);
            if (present == NULL || (present == owner && entry->place == place)) {
                return entry;
            }
            at = (at + 1) % ORMOLU_MOST_GUARDED;
        }
    }

    /* Done while modules are imported, which one thread does, or in the turn of a thread;
       whoever sees the owner sees the rest. */
    static int
    ormolu_remember(const void *owner, Py_ssize_t place, void *original)
    {
        ormolu_guarded *entry = ormolu_place_for(owner, place);
        if (entry->owner == NULL) {
            if (++ormolu_guarded_count > ORMOLU_MOST_GUARDED / 2) {
                PyErr_SetString(PyExc_SystemError, "turns.pyx has room for less than the kernel has");
                return -1;
            }
            entry->place = place;
            entry->original = original;
            _Py_atomic_store_ptr_release(&entry->owner, (void *)owner);
        }
        return 0;
    }

    /* -- functions and methods -------------------------------------------------------- */

    static PyObject *
    ormolu_call_with_tuple(PyObject *function, PyMethodDef *definition, int is_method,
                           PyObject *const *args, Py_ssize_t count, PyObject *names)
    {
        PyObject *self = ((PyCFunctionObject *)function)->m_self;
        PyObject *keywords, *result;
        if (is_method && count > 0) {
            self = *args++;
            count--;
        }
        PyObject *given = ormolu_gather(args, count, names, &keywords);
        if (given == NULL) {
            return NULL;
        }
        result = ((PyCFunctionWithKeywords)(void (*)(void))definition->ml_meth)(
            self, given, keywords);
        Py_DECREF(given);
        Py_XDECREF(keywords);
        return result;
    }

    static PyObject *
    ormolu_call_in_turn(PyObject *function, PyObject *const *args, size_t nargsf, PyObject *names)
    {
        PyMethodDef *definition = ((PyCFunctionObject *)function)->m_ml;
        PyObject *result;
        ormolu_guarded *entry = ormolu_place_for(definition, -1);
        int is_method = entry->owner == NULL;
        if (is_method) {
            entry = ormolu_place_for(definition, -2);
        }
        ORMOLU_TAKE
        result = entry->original != NULL
            ? ((vectorcallfunc)entry->original)(function, args, nargsf, names)
            : ormolu_call_with_tuple(function, definition, is_method, args,
                                     PyVectorcall_NARGS(nargsf), names);
        ORMOLU_GIVE
        return result;
    }

    static int
    ormolu_guard_function(PyObject *function, int is_method)
    {
        PyTypeObject *type = Py_TYPE(function);
        if (strcmp(type->tp_name + (strrchr(type->tp_name, '.') == NULL
                                    ? 0 : strrchr(type->tp_name, '.') - type->tp_name + 1),
                   "cython_function_or_method") != 0) {
            return 0;
        }
        PyMethodDef *definition = ((PyCFunctionObject *)function)->m_ml;
        vectorcallfunc *call = (vectorcallfunc *)((char *)function + type->tp_vectorcall_offset);
        if (*call == ormolu_call_in_turn) {
            return 0;
        }
        if (*call == NULL && !(definition->ml_flags & METH_KEYWORDS)) {
            return 0;
        }
        if (ormolu_remember(definition, is_method ? -2 : -1, (void *)*call) < 0) {
            return -1;
        }
        *call = ormolu_call_in_turn;
        return 0;
    }

    /* -- slots ------------------------------------------------------------------------- */

    static void *
    ormolu_original_slot(PyObject *self, Py_ssize_t place)
    {
        PyObject *ancestors = Py_TYPE(self)->tp_mro;
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(ancestors); i++) {
            ormolu_guarded *entry = ormolu_place_for(PyTuple_GET_ITEM(ancestors, i), place);
            if (entry->owner != NULL) {
                return entry->original;
            }
        }
        PyErr_SetString(PyExc_SystemError, "a slot of the kernel is called of no class of its own");
        return NULL;
    }

    #define ORMOLU_SLOT(name) offsetof(PyTypeObject, name)
    #define ORMOLU_IN_TURN(kind, given, result_type, failure, parameters, arguments, place) \\
        static result_type ormolu_turn_##given parameters \\
        { \\
            kind original = (kind)ormolu_original_slot(self, place); \\
            result_type result; \\
            if (original == NULL) { \\
                return (result_type)(failure); \\
            } \\
            ORMOLU_TAKE \\
            result = original arguments; \\
            ORMOLU_GIVE \\
            return result; \\
        }

    ORMOLU_IN_TURN(descrgetfunc, descr_get, PyObject *, NULL,
                   (PyObject *self, PyObject *instance, PyObject *owner),
                   (self, instance, owner), ORMOLU_SLOT(tp_descr_get))
    ORMOLU_IN_TURN(descrsetfunc, descr_set, int, -1,
                   (PyObject *self, PyObject *instance, PyObject *value),
                   (self, instance, value), ORMOLU_SLOT(tp_descr_set))
    ORMOLU_IN_TURN(ternaryfunc, call, PyObject *, NULL,
                   (PyObject *self, PyObject *args, PyObject *keywords),
                   (self, args, keywords), ORMOLU_SLOT(tp_call))
    ORMOLU_IN_TURN(initproc, init, int, -1,
                   (PyObject *self, PyObject *args, PyObject *keywords),
                   (self, args, keywords), ORMOLU_SLOT(tp_init))
    ORMOLU_IN_TURN(getiterfunc, iter, PyObject *, NULL, (PyObject *self), (self), ORMOLU_SLOT(tp_iter))
    ORMOLU_IN_TURN(reprfunc, repr, PyObject *, NULL, (PyObject *self), (self), ORMOLU_SLOT(tp_repr))

    /* The places of these are behind those of the type itself. */
    #define ORMOLU_SEQUENCE(name) (100000 + offsetof(PySequenceMethods, name))
    #define ORMOLU_MAPPING(name) (200000 + offsetof(PyMappingMethods, name))

    ORMOLU_IN_TURN(lenfunc, sq_length, Py_ssize_t, -1, (PyObject *self), (self),
                   ORMOLU_SEQUENCE(sq_length))
    ORMOLU_IN_TURN(objobjproc, sq_contains, int, -1, (PyObject *self, PyObject *item), (self, item),
                   ORMOLU_SEQUENCE(sq_contains))
    ORMOLU_IN_TURN(lenfunc, mp_length, Py_ssize_t, -1, (PyObject *self), (self),
                   ORMOLU_MAPPING(mp_length))
    ORMOLU_IN_TURN(binaryfunc, mp_subscript, PyObject *, NULL, (PyObject *self, PyObject *item),
                   (self, item), ORMOLU_MAPPING(mp_subscript))
    ORMOLU_IN_TURN(objobjargproc, mp_ass_subscript, int, -1,
                   (PyObject *self, PyObject *item, PyObject *value), (self, item, value),
                   ORMOLU_MAPPING(mp_ass_subscript))

    static const struct {
        const char *name;
        Py_ssize_t place;
        void *guard;
    } ormolu_slots[] = {
        {"tp_descr_get", ORMOLU_SLOT(tp_descr_get), ormolu_turn_descr_get},
        {"tp_descr_set", ORMOLU_SLOT(tp_descr_set), ormolu_turn_descr_set},
        {"tp_call", ORMOLU_SLOT(tp_call), ormolu_turn_call},
        {"tp_init", ORMOLU_SLOT(tp_init), ormolu_turn_init},
        {"tp_iter", ORMOLU_SLOT(tp_iter), ormolu_turn_iter},
        {"tp_repr", ORMOLU_SLOT(tp_repr), ormolu_turn_repr},
        {"sq_length", ORMOLU_SEQUENCE(sq_length), ormolu_turn_sq_length},
        {"sq_contains", ORMOLU_SEQUENCE(sq_contains), ormolu_turn_sq_contains},
        {"mp_length", ORMOLU_MAPPING(mp_length), ormolu_turn_mp_length},
        {"mp_subscript", ORMOLU_MAPPING(mp_subscript), ormolu_turn_mp_subscript},
        {"mp_ass_subscript", ORMOLU_MAPPING(mp_ass_subscript), ormolu_turn_mp_ass_subscript},
    };
    #define ORMOLU_SLOT_COUNT ((int)(sizeof(ormolu_slots) / sizeof(ormolu_slots[0])))

    /* What a class has in a place, and has not from outside the kernel; or NULL. */
    static void **
    ormolu_slot_at(PyTypeObject *type, Py_ssize_t place)
    {
        void *methods = type;
        void **slot;
        if (place >= 200000) {
            methods = type->tp_as_mapping;
            place -= 200000;
        }
        else if (place >= 100000) {
            methods = type->tp_as_sequence;
            place -= 100000;
        }
        if (methods == NULL) {
            return NULL;
        }
        slot = (void **)((char *)methods + place);
        if (*slot == NULL || *slot == (void *)PyVectorcall_Call
            || *slot == (void *)PyBaseObject_Type.tp_init
            || *slot == (void *)PyBaseObject_Type.tp_repr) {
            return NULL;
        }
        return slot;
    }

    /* A class that derives from one of the kernel's gets what its wrappers wrap. */
    static void
    ormolu_wrap(PyTypeObject *type, void *original, void *guard)
    {
        PyObject *name, *member;
        Py_ssize_t at = 0;
        while (PyDict_Next(type->tp_dict, &at, &name, &member)) {
            if (Py_IS_TYPE(member, &PyWrapperDescr_Type)
                && ((PyWrapperDescrObject *)member)->d_wrapped == original) {
                ((PyWrapperDescrObject *)member)->d_wrapped = guard;
            }
        }
    }

    static int
    ormolu_guard_slots(PyObject *class_, int is_last)
    {
        PyTypeObject *type = (PyTypeObject *)class_;
        for (int i = 0; i < ORMOLU_SLOT_COUNT; i++) {
            Py_ssize_t place = ormolu_slots[i].place;
            void **slot = ormolu_slot_at(type, place);
            void *guard = ormolu_slots[i].guard;
            if (slot == NULL || *slot == guard) {
                continue;
            }
            if (ormolu_remember(class_, place, *slot) < 0) {
                return -1;
            }
            /* super().__init__() is not to come to the guard, which would find the
               __init__ of the class of the instance */
            if (is_last || place != ORMOLU_SLOT(tp_init)) {
                ormolu_wrap(type, *slot, guard);
            }
            *slot = guard;
        }
        return 0;
    }

    static const char *
    ormolu_unguarded(PyObject *class_, int i)
    {
        PyTypeObject *type = (PyTypeObject *)class_;
        PyObject *ancestors = type->tp_mro;
        void **slot = ormolu_slot_at(type, ormolu_slots[i].place);
        if (slot == NULL || *slot == ormolu_slots[i].guard) {
            return NULL;
        }
        for (Py_ssize_t j = 0; j < PyTuple_GET_SIZE(ancestors); j++) {
            ormolu_guarded *entry = ormolu_place_for(
                PyTuple_GET_ITEM(ancestors, j), ormolu_slots[i].place);
            if (entry->owner != NULL && *slot == entry->original) {
                return ormolu_slots[i].name;
            }
        }
        return NULL;
    }

    /* -- members: properties, and fields that Python sees -------------------------------- */

    typedef struct {
        getter get;
        setter set;
        void *closure;
    } ormolu_accessors;

    static PyObject *
    ormolu_get_in_turn(PyObject *self, void *closure)
    {
        ormolu_accessors *original = closure;
        PyObject *result;
        ORMOLU_TAKE
        result = original->get(self, original->closure);
        ORMOLU_GIVE
        return result;
    }

    static int
    ormolu_set_in_turn(PyObject *self, PyObject *value, void *closure)
    {
        ormolu_accessors *original = closure;
        int result;
        ORMOLU_TAKE
        result = original->set(self, value, original->closure);
        ORMOLU_GIVE
        return result;
    }

    static int
    ormolu_guard_member(PyObject *descriptor)
    {
        PyGetSetDef *definition = ((PyGetSetDescrObject *)descriptor)->d_getset;
        if (definition->get == ormolu_get_in_turn || definition->set == ormolu_set_in_turn) {
            return 0;
        }
        /* for as long as the class is there, which is for ever */
        ormolu_accessors *original = PyMem_Malloc(sizeof(ormolu_accessors));
        if (original == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        original->get = definition->get;
        original->set = definition->set;
        original->closure = definition->closure;
        definition->closure = original;
        definition->get = original->get == NULL ? NULL : ormolu_get_in_turn;
        definition->set = original->set == NULL ? NULL : ormolu_set_in_turn;
        return 0;
    }
    #endif
    #endif
    """
    bint ORMOLU_TAKES_TURNS
    int ormolu_guard_function(object function, bint is_method) except -1
    int ormolu_guard_slots(object class_, bint is_last) except -1
    const char *ormolu_unguarded(object class_, int i)
    int ORMOLU_SLOT_COUNT
    int ormolu_guard_member(object descriptor) except -1
