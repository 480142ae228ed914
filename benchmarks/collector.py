"""How long the garbage collector takes."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["collector_time"]


@contextmanager
def collector_time() -> Iterator[list[float]]:
    """Yield a list whose one item is the seconds that the collector has taken so far."""
    spent, began = [0.0], 0.0

    def watch(phase: str, _info: Any) -> None:
        nonlocal began
        if phase == "start":
            began = time.perf_counter()
        else:
            spent[0] += time.perf_counter() - began

    gc.callbacks.append(watch)
    try:
        yield spent
    finally:
        gc.callbacks.remove(watch)
