"""The JSON schemas of the specification, made from the models of requests and answers."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from bot.api import answers
from bot.api.operations import OPERATIONS
from bot.api.schema import Parameters

Schema = dict[str, Any]

REF = "#/components/schemas/{model}"


class Untitled(GenerateJsonSchema):
    """No titles made from names, and no other keys in answers."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def typed_dict_schema(self, schema: Any) -> Schema:
        return super().typed_dict_schema(schema) | {"additionalProperties": False}


@cache
def of_answers() -> tuple[dict[str, Schema], dict[str, Schema]]:
    """The schema of each operation's answer by name, and the schemas they refer to."""
    types = {operation.name: operation.answer for operation in OPERATIONS}
    types |= {"problem": answers.Problem, "call": answers.Call}
    mode: JsonSchemaMode = "serialization"
    inputs = [(name, mode, TypeAdapter(one)) for name, one in types.items()]
    found, shared = TypeAdapter.json_schemas(inputs, ref_template=REF, schema_generator=Untitled)
    return {name: schema for (name, _), schema in found.items()}, shared["$defs"]


def of_parameters() -> dict[str, Schema]:
    """The body of each POST, as JSON and as a form."""
    models = {operation.body for operation in OPERATIONS if operation.body}
    found = {model.__name__: _schema(model) for model in sorted(models, key=lambda model: model.__name__)}
    # Any object may be sent: one that isn't a record gets a problem as its result.
    each = {"anyOf": [{"$ref": "#/components/schemas/Creation"}, {"type": "object"}]}
    forms = {operation.body for operation in OPERATIONS if operation.body and operation.forms}
    for model in forms:
        found[f"{model.__name__}Form"] = _as_form(found[model.__name__])
    found["Batch"]["properties"]["records"]["items"] = each
    return found


def _schema(model: type[Parameters]) -> Schema:
    schema = model.model_json_schema(ref_template=REF, schema_generator=Untitled)
    return {key: value for key, value in schema.items() if key not in ("title", "$defs")}


def _as_form(schema: Schema) -> Schema:
    """Form fields hold text. A form has no null."""
    fields = {
        name: {key: value for key, value in field.items() if key != "default"} | {"type": "string"}
        for name, field in schema["properties"].items()
    }
    return schema | {"properties": fields}
