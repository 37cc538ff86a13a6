"""What an invocation comes to: its answer, and what it leaves in the log, in Lambda's words."""

import json
import math

from localstack import config

Answer = dict[str, str]


def error(kind: str, message: str, status: str = "") -> Answer:
    return {"kind": "error", "payload": json.dumps({"errorType": kind, "errorMessage": message}), "status": status}


def limited(answer: Answer) -> Answer:
    """https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
    limit = config.LAMBDA_LIMITS_MAX_FUNCTION_PAYLOAD_SIZE_BYTES
    size = len(answer["payload"].encode())
    if size <= limit:
        return answer
    return error(
        "Function.ResponseSizeTooLarge",
        f"Response payload size ({size} bytes) exceeded maximum allowed payload size ({limit} bytes).",
    )


def log_of(
    *,
    request_id: str,
    version: str,
    printed: str,
    duration_ms: float,
    init_ms: float | None,
    memory_mb: int,
    peak_mb: int,
    answer: Answer,
) -> str:
    printed = printed.strip("\n")
    status = answer.get("status")
    report = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {duration_ms:.2f} ms",
        f"Billed Duration: {math.ceil(duration_ms + (init_ms or 0))} ms",
        f"Memory Size: {memory_mb} MB",
        f"Max Memory Used: {peak_mb} MB",
        *([] if init_ms is None else [f"Init Duration: {init_ms:.2f} ms"]),
        *([f"Status: {status}"] if status else []),
    ]
    lines = [
        f"START RequestId: {request_id} Version: {version}",
        *([printed] if printed else []),
        f"END RequestId: {request_id}",
        "\t".join(report),
    ]
    return "\n".join(lines) + "\n"
