"""What a server does with the report of each request."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from .profile import Profile
from .report import Report

__all__ = ["OnReport", "Select", "hand_over"]

LOGGER = logging.getLogger("ormolu.profiler")

OnReport = Callable[[Report, Mapping[str, Any]], None]
"""Takes the report of a request, and its scope or its environment."""

Select = Callable[[Mapping[str, Any]], bool]
"""Says of the scope or environment of a request whether it is to be profiled."""


def hand_over(
    profile: Profile, named: str, about: Mapping[str, Any], on_report: OnReport | None
) -> None:
    """Report on a request, which is over; what goes wrong is logged and harms no response."""
    try:
        report = profile.report(program=named)
        (on_report or _log)(report, about)
    except Exception:  # of the callback
        LOGGER.exception("the profile of %s could not be reported", named)


def _log(report: Report, about: Mapping[str, Any]) -> None:
    totals = report.totals
    LOGGER.info(
        "%s: %d statements, %d lazy loads, %d reloads, %d objects in %.3f s",
        report.program,
        totals["statements"],
        totals["lazy_loads"],
        totals["reloads"],
        totals["objects_loaded"],
        report.seconds,
    )
    for finding in report.certain:
        LOGGER.info("%s: %s; %s", finding.site, finding.what, finding.advice)
