# cython: language_level=3, auto_pickle=False
"""The native form of ``belonging.py``: what many instances have in common, kept once.

The instances of one query are in the same identity map, came by the same load, and so on:
one object, their :class:`Circumstances`, says so for all of them.  It never changes.  A state
whose circumstances do change gets others, and the next state that changes in the same way
gets the same others, for circumstances remember what was last derived from them.  Most
fields are filled in one after the other: so circumstances keep alive those that have one
field less, and otherwise the same.
"""

cimport cython

from .referring cimport begin_with

__all__ = ["Belonging"]

cdef enum Field:
    IDENTITY_CLASS
    KEY_TOKEN
    IDENTITY_TOKEN
    IDENTITY_MAP
    RUNID
    LOAD_OPTIONS
    LOAD_PATH


cdef object _WHOLE = object()
"""Stands for the class in the parts of a key that is no triple."""


# The collector need not empty it: whatever refers to it can be emptied.
@cython.final
@cython.no_gc_clear
cdef class Circumstances:
    """What is the same for all instances that came in together."""

    cdef int drop_derived(self) except -1:
        if self.derived is not NULL:
            (<Circumstances>self.derived).origin = NULL
            self.derived = NULL
        return 0

    def __dealloc__(self):
        self.drop_derived()
        if self.origin is not NULL:
            (<Circumstances>self.origin).derived = NULL


NOWHERE = Circumstances()
# every blank state begins with it
begin_with(NOWHERE)


cdef object field_of(Circumstances circumstances, Field field):
    if field == IDENTITY_CLASS:
        return circumstances.identity_class
    if field == KEY_TOKEN:
        return circumstances.key_token
    if field == IDENTITY_TOKEN:
        return circumstances.identity_token
    if field == IDENTITY_MAP:
        return circumstances.identity_map
    if field == RUNID:
        return circumstances.runid
    if field == LOAD_OPTIONS:
        return circumstances.load_options
    return circumstances.load_path


cdef int put_field(Circumstances circumstances, Field field, object value) except -1:
    if field == IDENTITY_CLASS:
        circumstances.identity_class = value
    elif field == KEY_TOKEN:
        circumstances.key_token = value
    elif field == IDENTITY_TOKEN:
        circumstances.identity_token = value
    elif field == IDENTITY_MAP:
        circumstances.identity_map = value
    elif field == RUNID:
        circumstances.runid = value
    elif field == LOAD_OPTIONS:
        circumstances.load_options = value
    else:
        circumstances.load_path = value
    return 0


cdef Circumstances derive(Circumstances present, Field field, object value):
    """Return circumstances that are as the present ones but for one field."""
    cdef Circumstances made
    if field_of(present, field) is value:
        return present
    if present.derived is not NULL and present.derived_by == field:
        made = <Circumstances>present.derived
        if field_of(made, field) is value:
            return made
    made = circumstances_at(
        present.identity_class,
        present.identity_token,
        present.identity_map,
        present.runid,
        present.load_options,
        present.load_path,
    )
    made.key_token = present.key_token
    put_field(made, field, value)
    if ORMOLU_ONE_AT_A_TIME:
        present.drop_derived()
        present.derived = <void *>made
        present.derived_by = field
        made.origin = <void *>present
        if field_of(present, field) is None:
            made.blanker = present
    return made


cdef Circumstances circumstances_at(
    object identity_class,
    object identity_token,
    object identity_map,
    object runid,
    object load_options,
    object load_path,
):
    """Return the circumstances of what a query loads."""
    cdef Circumstances made = Circumstances()
    made.identity_class = identity_class
    made.key_token = identity_token
    made.identity_token = identity_token
    made.identity_map = identity_map
    made.runid = runid
    made.load_options = load_options
    made.load_path = load_path
    return made


cdef int alter(Belonging state, Field field, object value) except -1:
    state._circumstances = derive(circumstances_of(state), field, value)
    return 0


cdef tuple parts_of(object key):
    """Return the class, what is kept of the primary key, and the token of an identity key."""
    cdef tuple triple, primary_key
    if type(key) is tuple and len(<tuple>key) == 3 and type((<tuple>key)[1]) is tuple:
        triple = <tuple>key
        primary_key = <tuple>triple[1]
        if len(primary_key) == 1:
            value = primary_key[0]
            # what could be taken for a whole primary key, or for none
            if type(value) is not tuple and value is not None:
                return triple[0], value, triple[2]
        return triple[0], primary_key, triple[2]
    return _WHOLE, key, None


cdef object key_from(object identity_class, object part, object token):
    """Return the identity key of these parts."""
    if identity_class is _WHOLE:
        return part
    return identity_class, part if type(part) is tuple else (part,), token


@cython.final
cdef class Kept:
    """An attribute of a state that is kept with its circumstances."""

    cdef Field field
    cdef readonly str __doc__

    def __init__(self, field, doc):
        self.field = field
        self.__doc__ = doc

    def __get__(self, state, owner):
        if state is None:
            return self
        return field_of(circumstances_of(<Belonging?>state), self.field)

    def __set__(self, state, value):
        alter(<Belonging?>state, self.field, value)

    def __delete__(self, state):
        alter(<Belonging?>state, self.field, None)


cdef int leave_place(Belonging state) except -1:
    """Have the identity map, which finds states by their keys, keep this one's aside."""
    reference = identity_map_of(state)
    identity_map = None if reference is None else reference()
    rename = None if identity_map is None else getattr(identity_map._dict, "rename", None)
    if rename is not None:
        rename(state)
    return 0


cdef object class_of_manager(object manager):
    # a state in the place of a manager has to ask its own, which might be itself
    if manager is None or isinstance(manager, Belonging):
        return None
    return manager.class_


cdef class Belonging(Referring):
    """Knows where an instance belongs."""

    # the class of an instance whose manager is another's, or not known yet
    _own_class = None

    def belong_to(self, class_, manager):
        """Be of a class, and nowhere else yet."""
        self.manager = manager
        self._circumstances = NOWHERE
        self._identity = None
        self.session_id = None
        self.class_ = class_

    @property
    def class_(self):
        """The class of the instance."""
        own = self._own_class
        return class_of_manager(self.manager) if own is None else own

    @class_.setter
    def class_(self, class_):
        if class_of_manager(self.manager) is not class_:
            self._own_class = class_

    @property
    def key(self):
        """The identity key, or ``None``."""
        cdef Circumstances circumstances = circumstances_of(self)
        if self._identity is None:
            return None
        return key_from(circumstances.identity_class, self._identity, circumstances.key_token)

    @key.setter
    def key(self, key):
        if self._identity is not None:
            leave_place(self)
        if key is None:
            self._identity = None
            return
        identity_class, part, token = parts_of(key)
        alter(self, IDENTITY_CLASS, identity_class)
        alter(self, KEY_TOKEN, token)
        self._identity = part

    @key.deleter
    def key(self):
        self.key = None

    identity_token = Kept(IDENTITY_TOKEN, "The last part of the identity key.")
    runid = Kept(RUNID, "The number of the load that filled the instance last.")
    _instance_dict = Kept(IDENTITY_MAP, "The reference to the identity map.")
    _load_options = Kept(LOAD_OPTIONS, "The options of the query that loaded the instance.")
    _load_path = Kept(LOAD_PATH, "Where in that query it was loaded.")
