"""Past failures that only a mapped program shows; run by test_beneath_sqlalchemy.py.

usage: beneath stock|ormolu

Each function whose docstring names its source is one; printed, as JSON, is what each raised,
or null.
"""

import inspect
import json
import sys
import traceback
import warnings

if sys.argv[1] == "ormolu":
    import ormolu.sqlalchemy

    ormolu.sqlalchemy.install()

import relations
import sessions
import values

warnings.simplefilter("error")
warnings.simplefilter("ignore", ResourceWarning)


def outcome(function):
    """What it raised, or None."""
    try:
        function()
    except Exception:
        return traceback.format_exc()
    return None


print(
    json.dumps(
        {
            name: outcome(function)
            for module in (values, sessions, relations)
            for name, function in list(vars(module).items())
            if inspect.isfunction(function)
            and function.__module__ == module.__name__
            and (function.__doc__ or "").startswith("SQLAlchemy")
        }
    )
)
