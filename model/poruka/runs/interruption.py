"""Handle Ctrl-C and termination signals, and remember them until the job has reacted."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any


class Interruption:
    """Remember a request to stop a job: Ctrl-C, or SIGTERM as sent by a job scheduler.

    Python discards the exception of a signal that arrives in the wrong place, such as the finalizer
    of an object; a remembered request is raised again.
    """

    def __init__(self) -> None:
        self._requested = False

    @contextlib.contextmanager
    def handling_signals(self) -> Iterator[None]:
        """Handle both signals within the block and restore the earlier handlers after it."""
        previous_handlers = {}
        if threading.current_thread() is threading.main_thread():
            previous_handlers = {
                number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)
            }
            for number, handler in previous_handlers.items():
                # A notebook or a test may handle Ctrl-C itself.
                if number == signal.SIGTERM or handler is signal.default_int_handler:
                    signal.signal(number, self._on_signal)
        try:
            yield
        finally:
            for number, handler in previous_handlers.items():
                signal.signal(number, handler)

    def _on_signal(self, *_: Any) -> None:
        self._requested = True
        raise KeyboardInterrupt

    def raise_if_requested(self) -> None:
        """Raise KeyboardInterrupt if a request to stop was received."""
        if self._requested:
            raise KeyboardInterrupt
