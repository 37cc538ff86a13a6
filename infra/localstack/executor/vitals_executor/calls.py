"""
Who asked LocalStack for what: it enforces no policies, so a test holds roles to this. `GET /_vitals/calls` answers with the
calls so far, each with its access key, the role that the key is of, and what it was about.
"""

import json
from collections import deque

from localstack.aws import handlers
from localstack.aws.api import RequestContext
from localstack.aws.chain import HandlerChain
from localstack.http import Request, Response, route
from localstack.runtime import hooks
from localstack.services.edge import ROUTER
from localstack.utils.aws.request_context import extract_access_key_id_from_auth_header
from moto.sts.models import sts_backends

# Of more, the oldest go.
MOST_CALLS = 50_000
LONGEST_TEXT = 1024

_calls: deque[dict] = deque(maxlen=MOST_CALLS)
_roles: dict[str, str | None] = {}


@hooks.on_infra_start()
def record_calls() -> None:
    handlers.serve_custom_service_request_handlers.append(_record)
    ROUTER.add(_answer)


@route("/_vitals/calls", methods=["GET"])
def _answer(request: Request) -> Response:
    return Response(json.dumps(list(_calls)), mimetype="application/json")


def _record(_: HandlerChain, context: RequestContext, __: Response) -> None:
    if context.operation is None:
        return
    key = _key_of(context.request)
    role = _role_of(key, context)
    # What LocalStack asks of itself, for nobody's sake.
    if context.is_internal_call and role is None:
        return
    _calls.append(
        {
            "accessKeyId": key,
            "role": role,
            "service": context.service.service_name,
            "operation": context.operation.name,
            "parameters": _told(context.service_request or {}),
        }
    )


def _key_of(request: Request) -> str:
    """Whoever presigned an address acts by whoever follows it."""
    signer = request.args.get("X-Amz-Credential", "").split("/")[0]
    return signer or extract_access_key_id_from_auth_header(request.headers) or ""


def _role_of(key: str, context: RequestContext) -> str | None:
    if key not in _roles:
        sessions = sts_backends[context.account_id][context.partition]
        assumed = sessions.get_assumed_role_from_access_key(key)
        _roles[key] = assumed.role_arn if assumed else None
    return _roles[key]


def _told(parameters: dict) -> dict:
    """Names and keys. What was sent is nobody's business here, and may be large."""
    told = {name: value[:LONGEST_TEXT] for name, value in parameters.items() if isinstance(value, str)}
    objects = (parameters.get("Delete") or {}).get("Objects")
    return {**told, "Keys": [each["Key"] for each in objects]} if objects else told
