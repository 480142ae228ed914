"""Build the native core when asked to; everything else is in pyproject.toml."""

import os
import re
from pathlib import Path

from setuptools import setup

# modules whose native form is a .pxd, compiled into those that use it
HEADERS = ("peeking", "rooms", "slots", "tuples")


# what Cython makes of an assignment to a member of an extension type
ASSIGNED = re.compile(
    r"__Pyx_DECREF\((?:\(PyObject \*\))?(?P<member>[\w>.-]+->[\w.]+)\);\n"
    r"(?P<indent> *)(?P=member) = (?P<value>.+);\n"
)


def let_go_last(source: Path) -> None:
    """Have members of extension types let go of a value after they have another.

    Cython lets go first: what a finalizer then finds in the member is freed already.
    """
    replaced = (
        r"{PyObject *old = (PyObject *)\g<member>; \g<member> = \g<value>; __Pyx_DECREF(old);}\n"
    )
    source.write_text(ASSIGNED.sub(replaced, source.read_text()))


def native_extensions() -> list:
    """Return the modules of the kernel, to be compiled."""
    from Cython.Build import cythonize  # noqa: PLC0415 - only where there is one

    kernel = Path("src/ormolu/_kernel")
    # of a module that has both, the .pyx is the native form
    found = {path.stem: path for kind in ("*.py", "*.pyx") for path in sorted(kernel.glob(kind))}
    sources = [str(path) for name, path in found.items() if name not in ("__init__", *HEADERS)]
    extensions = cythonize(
        sources,
        language_level=3,
        compiler_directives={
            # a key may be a subclass of str, as SQLAlchemy's quoted names are: what the
            # annotations say is for type checkers, and exact only where the .pxd says so
            "annotation_typing": False,
            # a None where a state is expected is an error, and no crash
            "nonecheck": True,
            # turns.pyx sees to it that there is one thread at a time, where no GIL does
            "freethreading_compatible": True,
        },
        # a change of a .pxd is not always seen to be one of what cimports it
        force=True,
    )
    for extension in extensions:
        let_go_last(Path(extension.sources[0]))
    return extensions


native = os.environ.get("ORMOLU_BUILD_NATIVE") == "1"
setup(ext_modules=native_extensions() if native else [])
