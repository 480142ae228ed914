"""``pytest --ormolu-profile``: a profile of a suite, and budgets of lazy loads for tests.

pytest imports this module wherever ormolu is installed. It imports nothing else until it is
asked to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .output import Output
    from .profile import Profile
    from .recording import Recording

__all__: list[str] = []

_MARKER = "max_lazy_loads"
_PLUGIN = "ormolu-profiling"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("ormolu")
    group.addoption(
        "--ormolu-profile",
        action="store_true",
        help="run SQLAlchemy's ORM on ormolu, report what is loaded and never used, and check "
        f"the budgets of @pytest.mark.{_MARKER}",
    )
    group.addoption("--ormolu-profile-json", metavar="FILE", help="write the report there as JSON")
    group.addoption("--ormolu-profile-html", metavar="FILE", help="write it there as a page")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Put ormolu beneath SQLAlchemy before a conftest can import it."""
    if not early_config.known_args_namespace.ormolu_profile:
        return
    from .. import errors  # noqa: PLC0415 - not where nobody asks
    from ..sqlalchemy import install, installed  # noqa: PLC0415 - the same

    try:
        if not installed():
            install()
    except errors.InstallError as error:
        raise pytest.UsageError(f"--ormolu-profile: {error}") from None


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, and profile if that is asked for."""
    config.addinivalue_line(
        "markers",
        f"{_MARKER}(count): the test fails if its call, fixtures apart, loads more than that "
        "many attributes one by one; checked with --ormolu-profile, or beneath ormolu",
    )
    whole = config.getoption("ormolu_profile")
    config.pluginmanager.register(_Profiling(config) if whole else _Budgets(), _PLUGIN)


class _Budgets:
    """Checks budgets, where ormolu is beneath SQLAlchemy for another reason."""

    def __init__(self) -> None:
        self.unchecked = 0

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        budget = _budget_of(item)
        if budget is None:
            return (yield)
        import sys  # noqa: PLC0415 - only for tests that have a budget

        seam = sys.modules.get("ormolu.sqlalchemy.seam")
        if seam is None or not seam.installed():
            self.unchecked += 1
            return (yield)
        from .profile import Profile  # noqa: PLC0415 - the same

        with Profile(everywhere=True) as profile:
            return (yield from _within(budget, profile))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.unchecked:
            terminalreporter.write_line(
                f"ormolu: the budgets of lazy loads of {self.unchecked} tests were not checked; "
                "--ormolu-profile checks them"
            )


class _Profiling:
    """Profiles the whole suite."""

    def __init__(self, config: pytest.Config) -> None:
        from .profile import Profile  # noqa: PLC0415 - not where nobody asks

        self.config = config
        self.files = _files(config)
        self.profile: Profile = Profile(everywhere=True)
        self.profile.__enter__()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        budget = _budget_of(item)
        if budget is None:
            return (yield)
        return (yield from _within(budget, self.profile))

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if not self.profile.is_own:
            return
        self.profile.stop()
        if not hasattr(self.config, "workerinput") and self._distributes():
            terminalreporter.write_line(
                "ormolu: the tests ran in other processes, which checked their budgets; "
                "there is a report of a run without -n"
            )
            return
        report = self.profile.report(final=True)
        for file in self.files:
            file.write(report)
        _print(report, terminalreporter)

    def pytest_unconfigure(self) -> None:
        self.profile.stop()

    def _distributes(self) -> bool:
        return self.config.pluginmanager.has_plugin("dsession")


def _files(config: pytest.Config) -> list[Output]:
    from .. import errors  # noqa: PLC0415 - not where nobody asks
    from .output import Output, check_packages  # noqa: PLC0415 - the same

    try:
        check_packages("rich")
        named = [(form, f"--ormolu-profile-{form}") for form in ("json", "html")]
        asked = [(config.getoption(option), form, option) for form, option in named]
        return [Output(path, form, option) for path, form, option in asked if path]
    except (errors.ProfileError, errors.MissingExtraError) as error:
        raise pytest.UsageError(str(error)) from None


def _budget_of(item: pytest.Item) -> int | None:
    marker = item.get_closest_marker(_MARKER)
    if marker is None:
        return None
    if len(marker.args) != 1 or marker.kwargs or type(marker.args[0]) is not int:
        raise pytest.UsageError(
            f"{item.nodeid}: @pytest.mark.{_MARKER} takes one number, as in {_MARKER}(0)"
        )
    number: int = marker.args[0]
    return number


def _within(budget: int, profile: Profile) -> Generator[None, Any, Any]:
    """Run a test, and fail it if it loads more than it may."""
    recording = profile.recording
    assert recording is not None
    before = _counts(recording)
    found = yield
    over = _counts(recording) - before
    count = sum(over.values())
    if count > budget:
        lines = "\n".join(f"  {number} x {what}" for what, number in over.most_common())
        pytest.fail(
            f"{count} attributes were loaded one by one, and {_MARKER}({budget}) allows "
            f"{budget}:\n{lines}",
            pytrace=False,
        )
    return found


def _counts(recording: Recording) -> Counter[str]:
    from .advice import for_loads  # noqa: PLC0415 - only for tests that have a budget

    counts: Counter[str] = Counter()
    for loads in list(recording.loads.values()):
        counts[f"{loads.attribute} at {loads.site}; {for_loads(loads)}"] += loads.count
    return counts


def _print(report: Any, terminalreporter: Any) -> None:
    import io  # noqa: PLC0415 - only for those who want a report

    from rich.console import Console  # noqa: PLC0415 - it may not be installed

    from .terminal import print_report  # noqa: PLC0415 - the same

    writer = terminalreporter._tw
    text = io.StringIO()
    console = Console(
        file=text,
        width=writer.fullwidth,
        force_terminal=writer.hasmarkup,
        highlight=False,
        emoji=False,
    )
    print_report(report, console)
    terminalreporter.ensure_newline()
    terminalreporter.write(text.getvalue())
