"""
One Node process. Requests and answers are lines of JSON on two pipes of their own; what the function prints is its log.
"""

import json
import os
import select
import signal
import subprocess
import threading
import time
from pathlib import Path

BOOTSTRAP = Path(__file__).parent / "bootstrap.mjs"
LOG_WAIT_SECONDS = 1
MAX_LOG_CHARS = 1024 * 1024


class TimedOut(Exception):
    pass


class Crashed(Exception):
    pass


class FunctionProcess:
    def __init__(self, env: dict[str, str], cwd: str, heap_mb: int) -> None:
        requests, self._requests = os.pipe()
        self._answers, answers = os.pipe()
        # In LocalStack's own process group: who ends that group ends this too.
        self._child = subprocess.Popen(
            [os.environ["VITALS_NODE"], f"--max-old-space-size={heap_mb}", str(BOOTSTRAP), str(requests), str(answers)],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(requests, answers),
        )
        os.close(requests)
        os.close(answers)
        self._pending = b""
        self._log: list[str] = []
        self._log_ends = 0
        self._log_changed = threading.Condition()
        self.peak_mb = 0
        threading.Thread(target=self._read_log, daemon=True).start()

    def ask(self, request: dict, timeout_seconds: float) -> dict[str, str]:
        try:
            os.write(self._requests, (json.dumps(request) + "\n").encode())
        except BrokenPipeError:
            raise Crashed(self._ending()) from None
        answer = self.read_answer(timeout_seconds)
        self._wait_for_log()
        self._measure()
        return answer

    def read_answer(self, timeout_seconds: float) -> dict[str, str]:
        end = time.monotonic() + timeout_seconds
        while b"\n" not in self._pending:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self._answers], [], [], left)[0]:
                self._measure()
                raise TimedOut
            part = os.read(self._answers, 65536)
            if part == b"":
                raise Crashed(self._ending())
            self._pending += part
        line, self._pending = self._pending.split(b"\n", 1)
        return json.loads(line)

    def take_logs(self) -> str:
        with self._log_changed:
            text, self._log = "".join(self._log), []
        return text[-MAX_LOG_CHARS:]

    def kill(self) -> None:
        if self._child.poll() is None:
            self._child.kill()
        self._child.wait()
        for pipe in (self._requests, self._answers):
            try:
                os.close(pipe)
            except OSError:
                pass
        self._requests = self._answers = -1

    def _ending(self) -> str:
        code = self._child.wait()
        self._wait_for_log()
        return f"signal: {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"

    def _measure(self) -> None:
        try:
            for line in Path(f"/proc/{self._child.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    self.peak_mb = int(line.split()[1]) // 1024
        except OSError:
            pass

    def _read_log(self) -> None:
        """A record separator alone on a line says that an invocation has printed all that it will."""
        for line in self._child.stdout:
            with self._log_changed:
                if line == b"\x1e\n":
                    self._log_ends += 1
                else:
                    self._log.append(line.decode(errors="replace"))
                self._log_changed.notify_all()
        with self._log_changed:
            self._log_ends = -1
            self._log_changed.notify_all()

    def _wait_for_log(self) -> None:
        with self._log_changed:
            self._log_changed.wait_for(lambda: self._log_ends != 0, LOG_WAIT_SECONDS)
            self._log_ends = min(self._log_ends, 0)
