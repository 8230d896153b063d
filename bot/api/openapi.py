"""The OpenAPI 3.1 document, made from the table of operations and the request models."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.metadata import version

from bot.api import answers, examples
from bot.api.codes import TITLES
from bot.api.formats import Format, written
from bot.api.json_schemas import Schema, Untitled, of_answers, of_parameters
from bot.api.operations import OPERATIONS, Operation
from bot.api.schema import Parameters

TITLE = "attendance-bot"
ABOUT = (
    "Clock people in and out, and read, add and delete attendance records. Works as a drop-in for the attendance part "
    "of the GoodDay API 2.0: every path also works under `/2.0`. A POST without a body takes its parameters from the "
    "query. Timestamps are UTC. Unknown parameters are ignored; a "
    "parameter sent twice is refused. Errors are RFC 9457 problems, with a `code` that programs can rely on."
)
ANY = ("unauthenticated", "unavailable")
WITH_A_BODY = ("rate-limited", "invalid-parameter", "too-large", "unsupported-media-type")


@cache
def document() -> Schema:
    """The whole document."""
    paths: dict[str, Schema] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": version(TITLE), "description": ABOUT, "license": {"name": "MIT"}},
        "servers": [{"url": "/"}, {"url": "/2.0"}],
        "security": [{"bearer": []}, {"gdApiToken": []}],
        "paths": paths,
        "webhooks": {event_type: {"post": _call(event_type, summary)} for event_type, summary in answers.CALLS.items()},
        "components": {
            "schemas": of_parameters() | of_answers()[1],
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "gdApiToken": {"type": "apiKey", "in": "header", "name": "gd-api-token"},
            },
        },
    }


def _operation(operation: Operation) -> Schema:
    parameters = [*_of_address(operation), *_of_query(operation), *_of_headers(operation)]
    described: Schema = {
        "operationId": operation.name,
        "summary": operation.summary,
        "responses": _answers(operation),
    }
    if operation.about:
        described["description"] = operation.about
    if parameters:
        described["parameters"] = parameters
    if operation.body:
        schema = {"$ref": f"#/components/schemas/{operation.body.__name__}"}
        example = _example(operation.body)
        content = {"application/json": {"schema": schema, "example": example}}
        if operation.forms:
            form = {"schema": {"$ref": f"{schema['$ref']}Form"}, "example": example}
            content["application/x-www-form-urlencoded"] = form
        described["requestBody"] = {"required": True, "content": content}
    return described


def _call(event_type: str, summary: str) -> Schema:
    """One kind of webhook call."""
    example = {**examples.A_CALL, "type": event_type}
    if event_type.endswith("deleted"):
        example |= {"attendanceEvents": examples.DELETED}
    if event_type.endswith("changed"):
        example |= {"replacedAttendanceEvents": examples.DELETED}
    return {
        "operationId": event_type,
        "summary": summary,
        "security": [],
        "parameters": [
            {"name": name, "in": "header", "required": True, "schema": {"type": "string"}, "description": about}
            for name, about in _OF_CALLS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Call"}, "example": example}},
        },
        "responses": {"2XX": {"description": "Received. Any other answer: the call is tried again later."}},
    }


def _of_address(operation: Operation) -> Iterator[Schema]:
    if "{id}" in operation.path:
        schema = {"type": "string", "minLength": 1}
        yield {"name": "id", "in": "path", "required": True, "schema": schema, "description": operation.id_description}


def _of_query(operation: Operation) -> Iterator[Schema]:
    if operation.query is None:
        return
    schema = operation.query.model_json_schema(schema_generator=Untitled)
    for name, field in schema["properties"].items():
        description, examples = field.pop("description", ""), field.pop("examples", [])
        kinds = [one for one in field.pop("anyOf", []) if one != {"type": "null"}]
        if kinds:  # a query has no null
            (kind,) = kinds
            field = {key: value for key, value in field.items() if key != "default"} | kind
        if field.get("default") is False:
            field["default"] = "false"
        parameter = {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", []),
            "description": description,
            "schema": field,
        }
        yield parameter | ({"example": examples[0]} if examples else {})


def _of_headers(operation: Operation) -> Iterator[Schema]:
    if operation.once:
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "Makes a request safe to repeat. Sent again with the same key within 24 hours, it changes "
            "nothing and gets the first answer again, marked `Idempotency-Replayed: true`. A refused request is tried "
            "again.",
            "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
            "example": "7d9f3c52-8d0e-4c63-9b39-3f8c3c6c6c1a",
        }


def _answers(operation: Operation) -> Schema:
    kinds = {"application/json": {"schema": of_answers()[0][operation.name], "example": operation.example}}
    if operation.streamed:
        for form in (Format.CSV, Format.NDJSON):
            kinds[form.value] = {"schema": {"type": "string"}, "example": written(operation.example, form)}
    good: Schema = {"description": operation.summary, "content": kinds}
    if operation.name == "query":
        good["headers"] = _headers(("ETag", "Link"))
    if operation.once:
        good["headers"] = _headers(("Idempotency-Replayed",))
    if operation.links:
        good["links"] = operation.links
    found: Schema = {"200": good}
    if operation.name == "query":
        found["304"] = {"description": "Nothing has changed since that `ETag`.", "headers": _headers(("ETag",))}
    codes = [*operation.refuses, *ANY]
    if operation.streamed:
        codes += ["rate-limited"]
    if operation.body:
        codes += WITH_A_BODY
    if operation.query or operation.once:
        codes += ["invalid-parameter"]
    if operation.once:
        codes += ["idempotency-key-reused"]
    for status in sorted({TITLES[code][0] for code in codes}):
        of_status = sorted({code for code in codes if TITLES[code][0] == status})
        found[str(status)] = _problem(status, of_status)
    return found


def _problem(status: int, codes: list[str]) -> Schema:
    content = {
        "schema": {"$ref": "#/components/schemas/Problem"},
        "examples": {code: {"value": examples.problem(code)} for code in codes},
    }
    described: Schema = {
        "description": "; ".join(f"`{code}`: {TITLES[code][1]}" for code in codes),
        "content": {"application/problem+json": content},
    }
    if status == 401:
        return described | {"headers": {"WWW-Authenticate": {"schema": {"type": "string"}}}}
    return described | {"headers": _headers(("Retry-After",))} if status in (429, 503) else described


def _headers(names: tuple[str, ...]) -> Schema:
    return {name: {"description": _HEADERS[name], "schema": {"type": "string"}} for name in names}


def _example(model: type[Parameters]) -> Schema:
    found = {name: field.get("examples") for name, field in model.model_json_schema()["properties"].items()}
    return {name: examples[0] for name, examples in found.items() if examples}


_OF_CALLS = {
    "Webhook-Id": "The `id` of the body. It stays the same when a call is repeated: use it to skip duplicates.",
    "Webhook-Timestamp": "The time of the attempt, in seconds since 1970.",
    "Webhook-Signature": "`v1,` and the base64 HMAC-SHA256 of `Webhook-Id.Webhook-Timestamp.BODY`. The key is the "
    "part of the secret after `whsec_`, decoded from base64.",
}
_HEADERS = {
    "ETag": "Changes with every change in the workspace.",
    "Link": 'With `limit`: the address of the next page, `<…>; rel="next"`. The last page has none.',
    "Idempotency-Replayed": "`true` if this is the answer to an earlier request.",
    "Retry-After": "Seconds to wait.",
}
