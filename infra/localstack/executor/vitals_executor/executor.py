"""
An execution environment: one Node process, started for it and reused while it is warm. A process that crashed, or took
longer than its function may, is replaced by the next invocation, as on Lambda.

    (none) -- begin --> loaded -- ask --> busy -- answer --> frozen
      ^                                   |  ^                 |
      '----- too late, or it ended -------'  '------ ask ------'
"""

import os
import shutil
import stat
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from localstack import config
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import (
    LambdaRuntimeException,
    RuntimeExecutor,
)

from vitals_executor import outcome
from vitals_executor.outcome import Answer
from vitals_executor.process import Crashed, FunctionProcess, TimedOut

# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
INIT_LIMIT_SECONDS = 10
# Of a function's memory, what JavaScript's objects may take: the rest is Node itself.
HEAP_SHARE = 0.85
LEAST_HEAP_MB = 64


class InitFailed(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer["payload"])
        self.answer = answer


class ProcessExecutor(RuntimeExecutor):
    def __init__(self, id: str, function_version: FunctionVersion) -> None:
        super().__init__(id=id, function_version=function_version)
        self._env: dict[str, str] = {}
        self._scratch: Path | None = None
        self._process: FunctionProcess | None = None
        self._is_stopped = False
        self._starting = threading.Lock()
        self._init_failure: InitFailed | Crashed | None = None
        self._init_ms: float | None = None
        self._printed = ""
        self._peak_mb = 0

    def start(self, env_vars: dict[str, str]) -> None:
        function = self.function_version.config
        self._scratch = Path(tempfile.mkdtemp(prefix="function-"))
        self._env = {
            # Nothing of what LocalStack was started with, and no settings of AWS that somebody's home may hold.
            "PATH": os.environ["PATH"],
            "HOME": str(self._scratch),
            "LANG": "en_US.UTF-8",
            **{name: str(value) for name, value in env_vars.items()},
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
            "LAMBDA_TASK_ROOT": str(function.code.get_unzipped_code_location()),
            "TMPDIR": str(self._scratch),
        }
        if self._env["TZ"] == ":UTC":
            # Node has no zone of that name.
            self._env["TZ"] = "UTC"
        try:
            self._begin(INIT_LIMIT_SECONDS)
        except TimedOut:
            # Lambda tries once more, in the time of the invocation.
            pass
        except (InitFailed, Crashed) as failure:
            # Told by the invocation that waits for it: raised here, its log would be lost.
            self._init_failure = failure

    def stop(self) -> None:
        with self._starting:
            self._is_stopped = True
            process = self._process
        if process:
            process.kill()
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        request_id = payload["invoke-id"]
        limit_seconds = self.function_version.config.timeout
        started = time.monotonic()
        try:
            process = self._ready_process(limit_seconds)
            started = time.monotonic()
            answer = self._ask(process, payload, limit_seconds)
        except InitFailed as failure:
            answer = failure.answer
        except TimedOut:
            message = f"Task timed out after {limit_seconds:.2f} seconds"
            answer = self._ended("Sandbox.Timedout", request_id, message, "timeout")
        except Crashed as ending:
            kind = "Runtime.ExitError"
            message = f"Runtime exited with error: {ending}"
            answer = self._ended(kind, request_id, message, f"error\tError Type: {kind}")
        answer = outcome.limited(answer)
        logs = self._take_log(request_id, (time.monotonic() - started) * 1000, answer)
        is_error = answer["kind"] != "response"
        return InvocationResult(request_id, answer["payload"].encode(), is_error=is_error, logs=logs)

    def get_logs(self) -> str:
        return self._printed

    def get_address(self) -> str:
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        return "127.0.0.1"

    def get_runtime_endpoint(self) -> str:
        return f"http://127.0.0.1:{config.GATEWAY_LISTEN[0].port}/_localstack_lambda/{self.id}"

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        runtime = function_version.config.runtime or "a container image"
        if not runtime.startswith("nodejs"):
            raise LambdaRuntimeException(f"runtime {runtime}: expected nodejs…; functions run on Node here")
        code = function_version.config.code
        code.prepare_for_execution()
        # With hot reloading it is somebody's own directory.
        if not code.is_hot_reloading():
            _make_read_only(code.get_unzipped_code_location())

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """Its code stays read-only: it may still run as another version."""

    def _ready_process(self, limit_seconds: float) -> FunctionProcess:
        failure, self._init_failure = self._init_failure, None
        if failure:
            raise failure
        if self._process is None or self._process.has_ended():
            return self._begin(limit_seconds)
        return self._process

    def _begin(self, limit_seconds: float) -> FunctionProcess:
        started = time.monotonic()
        heap_mb = max(LEAST_HEAP_MB, int(self.function_version.config.memory_size * HEAP_SHARE))
        with self._starting:
            if self._is_stopped:
                raise LambdaRuntimeException("the environment has been stopped")
            process = FunctionProcess(self._env, cwd=self._env["LAMBDA_TASK_ROOT"], heap_mb=heap_mb)
            self._process = process
        try:
            answer = process.wait_until_loaded(limit_seconds)
        finally:
            self._collect(process)
        self._init_ms = (time.monotonic() - started) * 1000
        if answer["kind"] != "ready":
            self._drop()
            raise InitFailed(answer)
        return process

    def _ask(self, process: FunctionProcess, payload: dict[str, str], limit_seconds: float) -> Answer:
        request = {
            "requestId": payload["invoke-id"],
            "functionArn": payload["invoked-function-arn"],
            "event": payload["payload"],
            "timeoutMs": limit_seconds * 1000,
        }
        try:
            answer = process.ask(request, limit_seconds)
        finally:
            self._collect(process)
        if answer["kind"] == "fatal":
            self._drop()
        else:
            process.freeze()
        return answer

    def _ended(self, kind: str, request_id: str, message: str, status: str) -> Answer:
        self._drop()
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._printed = f"{self._printed.rstrip()}\n{now} {request_id} {message}"
        return outcome.error(kind, f"RequestId: {request_id} Error: {message}", status)

    def _drop(self) -> None:
        if self._process:
            self._process.kill()
        self._process = None

    def _collect(self, process: FunctionProcess) -> None:
        self._printed += process.take_log()
        self._peak_mb = process.peak_mb

    def _take_log(self, request_id: str, duration_ms: float, answer: Answer) -> str:
        init_ms, self._init_ms = self._init_ms, None
        printed, self._printed = self._printed, ""
        return outcome.log_of(
            request_id=request_id,
            version=self.function_version.id.qualifier,
            printed=printed,
            duration_ms=duration_ms,
            init_ms=init_ms,
            memory_mb=self.function_version.config.memory_size,
            peak_mb=self._peak_mb,
            answer=answer,
        )


def _make_read_only(root: Path) -> None:
    """As /var/task is. It holds everybody back but root."""
    for directory, _, files in os.walk(root):
        for path in [Path(directory), *(Path(directory, name) for name in files)]:
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o222)
