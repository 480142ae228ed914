"""The hot part of ormolu, the only package that is compiled.

Every module here is plain Python that Cython's pure-Python mode can compile
with the ``.pxd`` beside it; uncompiled, the same file is the *pure* version.
Nothing here imports from the rest of ormolu: what the kernel needs from above
(errors, look-ups, the classes a door uses) reaches it through the ``layer``
attribute of the thin classes that :mod:`ormolu.core` derives from these.
"""

# natively the modules are a circle, which can be entered here and not everywhere
from . import state as _state  # noqa: F401
