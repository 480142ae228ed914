"""One process's share of the demonstration; prints one JSON object.

usage: python -m ormolu.cli.demo.worker stock|ormolu|verify URL [ID ...]

``stock`` and ``ormolu`` do the job on that layer, ``verify`` reads flights again.
"""

from __future__ import annotations

import json
import resource
import sys

__all__: list[str] = []

_KIB = 1024


def _work(url: str) -> dict[str, object]:
    from sqlalchemy import create_engine  # noqa: PLC0415 - not before the layer is chosen

    from .job import run_phases  # noqa: PLC0415 - the same

    engine = create_engine(url)
    phases = {name: {"done": done, "seconds": s} for name, done, s in run_phases(engine)}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # in KiB on Linux, in bytes on macOS
    return {"phases": phases, "peak": peak * (1 if sys.platform == "darwin" else _KIB)}


def _verify(url: str, ids: list[int]) -> dict[str, object]:
    from sqlalchemy.orm import Session  # noqa: PLC0415 - the same

    from sqlalchemy import create_engine  # noqa: PLC0415 - not before the layer is chosen

    from .model import Flight  # noqa: PLC0415 - the same

    with Session(create_engine(url)) as session:
        found = [session.get_one(Flight, number) for number in ids]
        return {str(f.id): [f.dep_delay, f.tailnum] for f in found}


def _main() -> None:
    task, url, *rest = sys.argv[1:]
    if task != "stock":
        from ormolu.sqlalchemy import install  # noqa: PLC0415 - stock is to know nothing of it

        install()
    answer = _verify(url, [int(number) for number in rest]) if task == "verify" else _work(url)
    print(json.dumps(answer))


if __name__ == "__main__":
    _main()
