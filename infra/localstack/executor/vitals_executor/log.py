"""What a function prints, on its way to CloudWatch Logs."""

import threading
from typing import IO

# Alone on a line: all that belongs to an answer has been printed. See bootstrap.mjs.
END = b"\x1e\n"
END_WAIT_SECONDS = 1
MAX_BYTES = 1024 * 1024


class FunctionLog:
    """Read as it comes: a function that prints more than a pipe holds would wait otherwise. The last MiB is kept."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._printed = bytearray()
        self._is_open = True
        self._changed = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def take(self) -> str:
        """What was printed since the last time."""
        with self._changed:
            self._changed.wait_for(lambda: END in self._printed or not self._is_open, END_WAIT_SECONDS)
            printed = self._printed.replace(END, b"").decode(errors="replace")
            self._printed.clear()
        return printed

    def _read(self) -> None:
        while part := self._stream.read1(65536):
            with self._changed:
                self._printed += part
                del self._printed[:-MAX_BYTES]
                self._changed.notify_all()
        with self._changed:
            self._is_open = False
            self._changed.notify_all()
        self._stream.close()
