"""What all tests need."""

import signal


def pytest_configure():
    """Have programs that tests start hear of an interrupt.

    A shell that starts the tests in the background has it ignored, and all that they start
    would inherit that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
