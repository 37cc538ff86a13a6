"""
One Node process in a process group of its own. Requests and answers are lines of JSON on two pipes; what it prints is its
log. From an answer to the next request it is frozen, as on Lambda: what a handler leaves running goes on with the next one.
"""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable
from io import FileIO
from pathlib import Path

from vitals_executor.log import FunctionLog

BOOTSTRAP = Path(__file__).parent / "bootstrap.mjs"


class TimedOut(Exception):
    """It has been killed."""


class Crashed(Exception):
    """It has ended by itself; how, in Lambda's words."""


class FunctionProcess:
    def __init__(self, env: dict[str, str], cwd: str, heap_mb: int) -> None:
        requests, to_function = os.pipe()
        from_function, answers = os.pipe()
        command = [os.environ["VITALS_NODE"], f"--max-old-space-size={heap_mb}", str(BOOTSTRAP)]
        self._child = subprocess.Popen(
            [*command, str(requests), str(answers)],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(requests, answers),
            process_group=0,
        )
        os.close(requests)
        os.close(answers)
        # The groups that are listed end with LocalStack, however that ended: see supervise.mjs.
        self._listed = Path(os.environ["VITALS_PROCESS_GROUPS"], str(self._child.pid))
        self._listed.touch()
        self._requests = FileIO(to_function, "w")
        self._answers = os.fdopen(from_function, "rb")
        self._log = FunctionLog(self._child.stdout)
        self.peak_mb = 0

    def has_ended(self) -> bool:
        return self._child.poll() is not None

    def wait_until_loaded(self, limit_seconds: float) -> dict[str, str]:
        return self._exchange(b"", limit_seconds)

    def ask(self, request: dict, limit_seconds: float) -> dict[str, str]:
        return self._exchange(json.dumps(request).encode() + b"\n", limit_seconds)

    def take_log(self) -> str:
        return self._log.take()

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def kill(self) -> None:
        """With all that it started. A thread that waits for an answer gets `Crashed`."""
        self._measure()
        self._signal(signal.SIGKILL)
        self._child.wait()
        self._listed.unlink(missing_ok=True)

    def _exchange(self, request: bytes, limit_seconds: float) -> dict[str, str]:
        limit = TimeLimit(limit_seconds, self.kill)
        try:
            self._signal(signal.SIGCONT)
            unsent = memoryview(request)
            while unsent:
                unsent = unsent[self._requests.write(unsent) :]
            line = self._answers.readline()
        except BrokenPipeError:
            line = b""
        if limit.end():
            raise TimedOut
        if not line.endswith(b"\n"):
            self.kill()
            raise Crashed(self._ending())
        self._measure()
        return json.loads(line)

    def _ending(self) -> str:
        code = self._child.returncode
        return f"exit status {code}" if code >= 0 else f"signal: {signal.Signals(-code).name}"

    def _signal(self, number: int) -> None:
        try:
            os.killpg(self._child.pid, number)
        except (ProcessLookupError, PermissionError):
            # Nobody is in it any more; macOS says EPERM for a group of the dead.
            pass

    def _measure(self) -> None:
        """The most memory it has held; only Linux tells."""
        try:
            for line in Path(f"/proc/{self._child.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    self.peak_mb = int(line.split()[1]) // 1024
        except OSError:
            pass


class TimeLimit:
    """Acts when the time is over, and never after `end` has told that it was not."""

    def __init__(self, seconds: float, act: Callable[[], None]) -> None:
        self._act = act
        self._has_acted = False
        self._has_ended = False
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._pass)
        self._timer.daemon = True
        self._timer.start()

    def end(self) -> bool:
        """Whether it was too late."""
        self._timer.cancel()
        with self._lock:
            self._has_ended = True
            return self._has_acted

    def _pass(self) -> None:
        with self._lock:
            if not self._has_ended:
                self._has_acted = True
                self._act()
