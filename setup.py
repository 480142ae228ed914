"""Build the native core when asked to; everything else is in pyproject.toml."""

import os
from pathlib import Path

from setuptools import setup

extensions = []
if os.environ.get("ORMOLU_BUILD_NATIVE") == "1":
    from Cython.Build import cythonize

    kernel = Path("src/ormolu/_kernel")
    sources = [str(path) for path in sorted(kernel.glob("*.py")) if path.stem != "__init__"]
    extensions = cythonize(sources, language_level=3)

setup(ext_modules=extensions)
