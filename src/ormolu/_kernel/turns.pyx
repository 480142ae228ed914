# cython: language_level=3, auto_pickle=False
"""One thread at a time in the kernel, on an interpreter without a GIL.

What Cython compiles counts on that no other thread runs between two of its lines that call
nobody, as the GIL sees to elsewhere.  On a free-threaded interpreter every way into the
kernel (its functions, its methods, the slots and members of its classes) is therefore led
through a critical section of one lock.  As the GIL does, that lets others go on whenever
its thread waits, and it is never waited for while another lock is held; see the notes on
``Py_BEGIN_CRITICAL_SECTION`` in CPython's documentation.

With a GIL there is nothing to do, and nothing is done.
"""

from cpython.object cimport PyObject

from . cimport guarding

__all__ = ["guarded", "take_turns", "unguarded"]

def take_turns(modules):
    """Have one thread at a time in all of some modules; nothing is done where there is a GIL.

    Args:
        modules: compiled ones, all of whose classes nobody has derived from yet.
    """
    if not guarding.ORMOLU_TAKES_TURNS:
        return
    for module in modules:
        for member in list(vars(module).values()):
            if getattr(member, "__module__", None) != module.__name__:
                continue
            if isinstance(member, type):
                guard_class(member)
            else:
                guarded(member)


def guarded(function):
    """Return a compiled function, which takes turns from now on."""
    guarding.ormolu_guard_function(function, False)
    return function


def unguarded(class_):
    """Return the slots by which a class leads into the kernel past the turns; for tests."""
    cdef const char *name
    found = []
    for i in range(guarding.ORMOLU_SLOT_COUNT):
        name = guarding.ormolu_unguarded(class_, i)
        if name is not NULL:
            found.append(name.decode())
    return found


cdef int guard_class(object class_) except -1:
    guarding.ormolu_guard_slots(class_, not type.__subclasses__(class_))
    for name, member in list(vars(class_).items()):
        if type(member).__name__ == "getset_descriptor":
            if name not in ("__dict__", "__weakref__"):
                guarding.ormolu_guard_member(member)
        elif isinstance(member, (classmethod, staticmethod)):
            guarding.ormolu_guard_function(member.__func__, False)
        else:
            guarding.ormolu_guard_function(member, True)
    return 0
