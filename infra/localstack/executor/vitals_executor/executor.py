"""
An execution environment: one Node process, started for it and reused while it is warm. One that crashed, or took longer
than its function may, is replaced by the next invocation, as on Lambda.
"""

import json
import os
import shutil
import stat
import tempfile
import time
from pathlib import Path

from localstack import config
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import (
    LambdaRuntimeException,
    RuntimeExecutor,
)

from vitals_executor.process import Crashed, FunctionProcess, TimedOut

INIT_TIMEOUT_SECONDS = 10
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MAX_RESPONSE_BYTES = 6 * 1024 * 1024
# Of a function's memory, what JavaScript's objects may take: the rest is Node itself.
HEAP_SHARE = 0.85


class ProcessExecutor(RuntimeExecutor):
    def __init__(self, id: str, function_version: FunctionVersion) -> None:
        super().__init__(id=id, function_version=function_version)
        self._env: dict[str, str] = {}
        self._scratch: Path | None = None
        self._process: FunctionProcess | None = None
        self._init_ms: float | None = None

    def start(self, env_vars: dict[str, str]) -> None:
        self._scratch = Path(tempfile.mkdtemp(prefix="function-"))
        code = self.function_version.config.code.get_unzipped_code_location()
        self._env = {
            # Nothing of what LocalStack itself was started with.
            "PATH": os.environ["PATH"],
            **{name: str(value) for name, value in env_vars.items()},
            # Node has no zone of that name.
            "TZ": "UTC",
            "LAMBDA_TASK_ROOT": str(code),
            "TMPDIR": str(self._scratch),
        }
        self._begin()

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process = None
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        request_id = payload["invoke-id"]
        if self._process is None:
            try:
                self._begin()
            except StatusErrorException as e:
                return InvocationResult(request_id, e.payload, is_error=True, logs="")
        process = self._process
        timeout_seconds = self.function_version.config.timeout
        started = time.monotonic()
        request = {
            "requestId": request_id,
            "functionArn": payload["invoked-function-arn"],
            "event": payload["payload"],
            "timeoutMs": timeout_seconds * 1000,
        }
        try:
            answer = process.ask(request, timeout_seconds)
        except TimedOut:
            self._drop()
            answer = _error(
                "Sandbox.Timedout",
                f"RequestId: {request_id} Error: Task timed out after {timeout_seconds:.2f} seconds",
            )
        except Crashed as e:
            self._drop()
            answer = _error(
                "Runtime.ExitError", f"RequestId: {request_id} Error: Runtime exited with error: {e}"
            )
        body = answer["payload"].encode()
        is_error = answer["kind"] != "response"
        if len(body) > MAX_RESPONSE_BYTES:
            is_error = True
            body = _error(
                "Function.ResponseSizeTooLarge",
                f"Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes).",
            )["payload"].encode()
        logs = self._logs(request_id, process, (time.monotonic() - started) * 1000)
        return InvocationResult(request_id, body, is_error=is_error, logs=logs)

    def get_logs(self) -> str:
        return self._process.take_logs() if self._process else ""

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
        _set_writable(code.get_unzipped_code_location(), False)

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        code = function_version.config.code
        if code:
            _set_writable(code.get_unzipped_code_location(), True)

    def _begin(self) -> None:
        heap_mb = max(64, int(self.function_version.config.memory_size * HEAP_SHARE))
        started = time.monotonic()
        process = FunctionProcess(self._env, cwd=self._env["LAMBDA_TASK_ROOT"], heap_mb=heap_mb)
        try:
            ready = process.read_answer(INIT_TIMEOUT_SECONDS)
        except TimedOut:
            process.kill()
            ready = _error("Sandbox.Timedout", f"Init took more than {INIT_TIMEOUT_SECONDS} s")
        except Crashed as e:
            ready = _error("Runtime.ExitError", f"Error: Runtime exited with error: {e}\n{process.take_logs()}")
        if ready["kind"] != "ready":
            process.kill()
            raise StatusErrorException("the function could not be loaded", payload=ready["payload"].encode())
        self._init_ms = (time.monotonic() - started) * 1000
        self._process = process

    def _drop(self) -> None:
        if self._process:
            self._process.kill()
        self._process = None

    def _logs(self, request_id: str, process: FunctionProcess, duration_ms: float) -> str:
        memory_mb = self.function_version.config.memory_size
        report = [
            f"REPORT RequestId: {request_id}",
            f"Duration: {duration_ms:.2f} ms",
            f"Billed Duration: {int(duration_ms) + 1} ms",
            f"Memory Size: {memory_mb} MB",
            f"Max Memory Used: {process.peak_mb} MB",
        ]
        if self._init_ms is not None:
            report.append(f"Init Duration: {self._init_ms:.2f} ms")
            self._init_ms = None
        version = self.function_version.id.qualifier
        return "\n".join(
            [
                f"START RequestId: {request_id} Version: {version}",
                process.take_logs().rstrip("\n"),
                f"END RequestId: {request_id}",
                "\t".join(report),
                "",
            ]
        )


def _error(kind: str, message: str) -> dict[str, str]:
    return {"kind": "error", "payload": json.dumps({"errorType": kind, "errorMessage": message})}


def _set_writable(root: Path, writable: bool) -> None:
    """Read-only, as /var/task is. Nothing holds root back."""
    for directory, _, files in os.walk(root):
        for path in [Path(directory), *(Path(directory, name) for name in files)]:
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | stat.S_IWUSR if writable else mode & ~0o222)
