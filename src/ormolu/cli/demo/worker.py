"""One process's share of the demonstration; prints one JSON object.

usage: python -m ormolu.cli.demo.worker stock|ormolu|verify

``stock`` and ``ormolu`` do the job on that layer, ``verify`` reads flights again.
The URL, which may have a password, and the flights come as JSON on stdin, where
no list of processes shows them.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

__all__: list[str] = []

_KIB = 1024


def _work(url: str) -> dict[str, object]:
    from sqlalchemy import create_engine  # noqa: PLC0415 - not before the layer is chosen

    from .job import bytes_per_flight, run_phases  # noqa: PLC0415 - the same

    engine = create_engine(url)
    phases = {
        name: {"done": done, "unit": unit, "seconds": seconds}
        for name, unit, done, seconds in run_phases(engine)
    }
    peak = _peak()
    # last, since counting bytes takes memory and time of its own
    return {"phases": phases, "peak": peak, "per_flight": bytes_per_flight(engine)}


def _peak() -> int:
    """The most memory that this process has had, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # Linux counts in getrusage() what the process was before exec, too:
        # a copy of its parent, which is the larger one here
        fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(fields["VmHWM"].split()[0]) * _KIB
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * _KIB


def _verify(url: str, ids: list[int]) -> dict[str, object]:
    from sqlalchemy.orm import Session  # noqa: PLC0415 - the same

    from sqlalchemy import create_engine, select  # noqa: PLC0415 - not before install()

    from .model import Flight  # noqa: PLC0415 - the same

    with Session(create_engine(url)) as session:
        found = session.scalars(select(Flight).where(Flight.id.in_(ids)))
        return {str(f.id): [f.dep_delay, f.tailnum] for f in found}


def _main() -> None:
    task = sys.argv[1]
    asked = json.load(sys.stdin)
    if task != "stock":
        from ormolu.sqlalchemy import install  # noqa: PLC0415 - stock is to know nothing of it

        install()
    url = asked["url"]
    answer = _verify(url, asked["ids"]) if task == "verify" else _work(url)
    print(json.dumps(answer))


if __name__ == "__main__":
    _main()
