"""Ctrl-C and polite requests to end, remembered until a batch has heard them."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any


class Interruption:
    """Remembers that the batch was asked to end: by Ctrl-C, or politely, as by a job scheduler at
    the end of its time.

    Python throws the exception of a signal away where it strikes in the wrong place, such as the
    burial of an object; what is remembered is raised again.
    """

    def __init__(self) -> None:
        self._requested = False

    @contextlib.contextmanager
    def handling_signals(self) -> Iterator[None]:
        """Listen to both signals for a while."""
        before = {}
        if threading.current_thread() is threading.main_thread():
            before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
            for one, usual in before.items():
                if (
                    one == signal.SIGTERM or usual is signal.default_int_handler
                ):  # a notebook or a test may have a Ctrl-C of its own
                    signal.signal(one, self._on_signal)
        try:
            yield
        finally:
            for one, usual in before.items():
                signal.signal(one, usual)

    def _on_signal(self, *_: Any) -> None:
        self._requested = True
        raise KeyboardInterrupt

    def raise_if_requested(self) -> None:
        """End the batch if it was asked to end and still goes on."""
        if self._requested:
            raise KeyboardInterrupt
