"""What all tests need."""

import signal


def pytest_configure(config):
    """Say what the mark means, and have programs that tests start hear of an interrupt.

    A shell that starts the tests in the background has it ignored, and all that they start
    would inherit that.
    """
    config.addinivalue_line("markers", "starts_threads: runs after all others")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items):
    """Put what starts threads last.

    A free-threaded 3.13 keeps every class for ever that is made after the first thread was
    started, and others look whether classes go.
    """
    items.sort(key=lambda item: item.get_closest_marker("starts_threads") is not None)
