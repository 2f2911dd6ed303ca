"""What all tests share: shape checks, one thread, and no test that silently does not run."""

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

# One thread: sums are then added up in the same order on every machine. Set before torch is
# imported, and inherited by the commands that tests start.
os.environ["OMP_NUM_THREADS"] = "1"

import command_line
import corpora
import hypothesis
import pytest
from jaxtyping import install_import_hook

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Shapes and types in signatures are checked at every call. Before anything of seq2see is imported.
install_import_hook("seq2see", "shape_checks.checked")

# The same examples every time, and no limit that a busy machine could break.
hypothesis.settings.register_profile("seq2see", deadline=None, derandomize=True)
hypothesis.settings.load_profile("seq2see")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--require-markers",
        default="",
        help="comma-separated markers; the run fails if no test of one of them passed",
    )


class NothingLeftOut:
    """Fails tests that skip themselves, and a run in which no test of a required marker passed."""

    def __init__(self, required: list[str]) -> None:
        self.missing = required

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if report.skipped and not hasattr(report, "wasxfail"):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} skipped itself; a test that cannot run must fail."
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.missing = [name for name in self.missing if name not in report.keywords]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        # Where tests run in several processes, the one that started them has all reports.
        if hasattr(session.config, "workerinput"):
            return
        if self.missing and session.exitstatus in (
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        ):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for name in self.missing:
            terminalreporter.write_line(f"FAILED: no test marked `{name}` passed.", red=True)


def pytest_configure(config: pytest.Config) -> None:
    required = [name for name in config.getoption("--require-markers").split(",") if name]
    config.pluginmanager.register(NothingLeftOut(required), "nothing-left-out")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of public corpora; tests that use it are marked ``data``."""
    return corpora.folder()


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """A Chromium: the system's, or the one that ``playwright install chromium`` brought."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox"] if os.geteuid() == 0 else [],  # the sandbox refuses root
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: "Browser") -> "Iterator[Page]":
    """An empty page; the test fails if the page warns, reports an error or asks the network."""
    context = browser.new_context()
    complaints: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            complaints.append(message.text) if message.type in ("error", "warning") else None
        ),
    )
    page.on(
        "request",
        lambda request: (
            complaints.append(f"asked for {request.url}")
            if request.url.startswith("http") and "//127.0.0.1" not in request.url
            else None
        ),
    )
    yield page
    context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def word_run(tmp_path_factory: pytest.TempPathFactory) -> command_line.WordRun:
    """A small trained run that translates words; tests must not change it."""
    return command_line.train_word_run(tmp_path_factory.mktemp("words"))


@pytest.fixture(scope="session")
def back_run(word_run: command_line.WordRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second one, that translates what the first one says; tests must not change it."""
    return command_line.train_back_run(tmp_path_factory.mktemp("back"), word_run)
