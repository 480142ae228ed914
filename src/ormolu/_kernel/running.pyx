# cython: language_level=3
"""The native form of ``running.py``: while nothing is published, nobody has to look."""

from cpython.contextvars cimport PyContextVar_New, PyContextVar_Set, get_value_no_default
from cpython.pythread cimport PyThread_get_thread_ident

__all__ = ["current", "publish", "withdraw"]

cdef object _current = PyContextVar_New("ormolu_journal", NULL)

cdef extern from *:
    """
    #if !defined(Py_GIL_DISABLED)
    #define ormolu_add(counter, change) (*(counter) += (change))
    #elif defined(_MSC_VER)
    #define ormolu_add(counter, change) _InterlockedExchangeAdd64((counter), (change))
    #else
    #define ormolu_add(counter, change) __atomic_fetch_add((counter), (change), __ATOMIC_SEQ_CST)
    #endif
    """
    void ormolu_add(Py_ssize_t *counter, Py_ssize_t change)

# how many journals are published, in any thread; one that is lost with an abandoned
# task is counted for ever, and costs no more than a look
cdef Py_ssize_t published = 0


cpdef current():
    """Return the journal of the running operation, or ``None``."""
    if not published:
        return None
    journal = get_value_no_default(_current, None)
    # in a copied context it may be over, or be that of another thread
    if journal is None or journal.published == PyThread_get_thread_ident():
        return journal
    return None


cpdef unsigned long publish(object journal) except 0:
    """Have ``current`` return a journal; return in which thread."""
    PyContextVar_Set(_current, journal)
    ormolu_add(&published, 1)
    return PyThread_get_thread_ident()


cpdef withdraw(object journal):
    """Have ``current`` return ``None`` again."""
    ormolu_add(&published, -1)
    PyContextVar_Set(_current, None)
