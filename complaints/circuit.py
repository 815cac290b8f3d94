"""A server that does not answer is left alone for a while, so that nobody waits for it again and again."""

import time

REST = 30.0  # seconds


class Circuit:
    """One for each server and purpose. By the monotonic clock: nobody can set it back."""

    def __init__(self) -> None:
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the server is being left alone just now."""
        return time.monotonic() < self._open_until

    def open(self) -> None:
        """It failed, or kept us waiting: leave it alone for half a minute."""
        self._open_until = time.monotonic() + REST

    def close(self) -> None:
        """Try it again at once."""
        self._open_until = 0.0
