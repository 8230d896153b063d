"""The specification, OpenAPI 3.1, made from the table of operations and the models that check the requests."""

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
    "A drop-in for the attendance part of the GoodDay API 2.0, and what programs ask for besides. Every path answers "
    "under the prefix `/2.0` too. Timestamps are UTC; a parameter that is given twice is refused, an unknown one is "
    "passed over. What can't be done is an RFC 9457 problem with "
    "a `code` to switch on."
)
ANY = ("unauthenticated", "unavailable")
WITH_A_BODY = ("invalid-parameter", "too-large", "unsupported-media-type")


@cache
def document() -> Schema:
    """The whole specification."""
    paths: dict[str, Schema] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": version(TITLE), "description": ABOUT, "license": {"name": "MIT"}},
        "servers": [{"url": "/"}, {"url": "/2.0"}],
        "security": [{"bearer": []}, {"gdApiToken": []}],
        "paths": paths,
        "webhooks": {event_type: {"post": _call(event_type, told)} for event_type, told in answers.CALLS.items()},
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
    told: Schema = {
        "operationId": operation.name,
        "summary": operation.summary,
        "responses": _answers(operation),
    }
    if operation.about:
        told["description"] = operation.about
    if parameters:
        told["parameters"] = parameters
    if operation.body:
        schema = {"$ref": f"#/components/schemas/{operation.body.__name__}"}
        example = _example(operation.body)
        content = {"application/json": {"schema": schema, "example": example}}
        if operation.forms:
            form = {"schema": {"$ref": f"{schema['$ref']}Form"}, "example": example}
            content["application/x-www-form-urlencoded"] = form
        told["requestBody"] = {"required": True, "content": content}
    return told


def _call(event_type: str, told: str) -> Schema:
    """What an address that is registered gets to hear."""
    example = {**examples.A_CALL, "type": event_type}
    if event_type.endswith("deleted"):
        example |= {"attendanceEvents": examples.DELETED}
    return {
        "operationId": event_type,
        "summary": told,
        "security": [],
        "parameters": [
            {"name": name, "in": "header", "required": True, "schema": {"type": "string"}, "description": about}
            for name, about in _OF_CALLS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Call"}, "example": example}},
        },
        "responses": {"2XX": {"description": "Taken. With any other answer the call is made again later."}},
    }


def _of_address(operation: Operation) -> Iterator[Schema]:
    if "{id}" in operation.path:
        schema = {"type": "string", "minLength": 1}
        yield {"name": "id", "in": "path", "required": True, "schema": schema, "description": operation.of}


def _of_query(operation: Operation) -> Iterator[Schema]:
    if operation.query is None:
        return
    schema = operation.query.model_json_schema(schema_generator=Untitled)
    for name, told in schema["properties"].items():
        description, examples = told.pop("description", ""), told.pop("examples", [])
        kinds = [one for one in told.pop("anyOf", []) if one != {"type": "null"}]
        if kinds:  # left out or given: a query has no null
            (kind,) = kinds
            told = {key: value for key, value in told.items() if key != "default"} | kind
        if told.get("default") is False:
            told["default"] = "false"
        parameter = {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", []),
            "description": description,
            "schema": told,
        }
        yield parameter | ({"example": examples[0]} if examples else {})


def _of_headers(operation: Operation) -> Iterator[Schema]:
    if operation.once:
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "Repeated with the same key within 24 hours, what was done has no second effect, and gets "
            "the first answer again, marked `Idempotency-Replayed: true`. A request that was refused did nothing: "
            "repeated, it is tried anew.",
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
        found["304"] = {"description": "Nothing has changed.", "headers": _headers(("ETag",))}
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
    told: Schema = {
        "description": "; ".join(f"`{code}`: {TITLES[code][1]}" for code in codes),
        "content": {"application/problem+json": content},
    }
    if status == 401:
        return told | {"headers": {"WWW-Authenticate": {"schema": {"type": "string"}}}}
    return told | {"headers": _headers(("Retry-After",))} if status in (429, 503) else told


def _headers(names: tuple[str, ...]) -> Schema:
    return {name: {"description": _HEADERS[name], "schema": {"type": "string"}} for name in names}


def _example(model: type[Parameters]) -> Schema:
    found = {name: told.get("examples") for name, told in model.model_json_schema()["properties"].items()}
    needed = set(model.model_json_schema().get("required", []))
    return {name: examples[0] for name, examples in found.items() if examples and name in needed}


_OF_CALLS = {
    "Webhook-Id": "The `id` of the body: the same at every attempt, so whoever remembers it does nothing twice.",
    "Webhook-Timestamp": "The time of the attempt, in seconds since 1970.",
    "Webhook-Signature": "`v1,` and, in base64, the HMAC-SHA256 over `Webhook-Id.Webhook-Timestamp.BODY`, joined by "
    "dots. The key is what follows `whsec_` in the secret, read as base64.",
}
_HEADERS = {
    "ETag": "Another one after every change in the workspace.",
    "Link": 'With `limit`, the address of the next page: `<…>; rel="next"`. Not there on the last one.',
    "Idempotency-Replayed": "`true` where the request was done before.",
    "Retry-After": "Seconds.",
}
