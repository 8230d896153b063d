"""`/openapi.json`, and the same for people at `/docs`: one page that loads nothing."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from aiohttp import web

from bot.api.openapi import document

STYLE = """
:root { color-scheme: light dark; --line: #8884; --quiet: #8881; --get: #0b6bcb; --post: #1f7a1f; --delete: #b3261e }
@media (prefers-color-scheme: dark) { :root { --get: #6cb2ff; --post: #6fd06f; --delete: #ff8a80 } }
* { box-sizing: border-box }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 6rem }
h1 { margin: 0 } h2 { margin: 3rem 0 .3rem; padding-top: 1rem; border-top: 1px solid var(--line) }
h3 { margin: 1.4rem 0 .4rem; font-size: 1rem }
code, pre { font: .87em/1.5 ui-monospace, Menlo, Consolas, monospace }
code { background: var(--quiet); padding: .1em .3em; border-radius: .25em; overflow-wrap: anywhere }
pre { background: var(--quiet); padding: .8rem 1rem; border-radius: .4rem; overflow-x: auto; max-height: 26rem }
.address { font-family: ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere }
.method { font-weight: 700; margin-right: .4rem }
.get { color: var(--get) } .post { color: var(--post) } .delete { color: var(--delete) }
.wide { overflow-x: auto } table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line) }
td:first-child code { white-space: nowrap }
nav ul { list-style: none; padding: 0; columns: 20rem } nav li { margin: .15rem 0 }
summary { cursor: pointer; margin: .4rem 0 } a { color: inherit }
"""
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def register(app: web.Application, prefix: str) -> None:
    """Both need no token: they tell what the program can do, nothing of anybody."""
    app.router.add_get(f"{prefix}/openapi.json", _specification)
    app.router.add_get(f"{prefix}/docs", _page)


async def _specification(request: web.Request) -> web.Response:
    return web.json_response(document())


async def _page(request: web.Request) -> web.Response:
    return web.Response(text=page(), content_type="text/html", headers=HEADERS)


@cache
def page() -> str:
    """The whole page."""
    told = document()
    title = f"{told['info']['title']}: HTTP API"
    operations = [
        (path, method, operation) for path, methods in told["paths"].items() for method, operation in methods.items()
    ]
    calls = [(name, post["post"]) for name, post in told["webhooks"].items()]
    contents = "".join(f'<li><a href="#{one["operationId"]}">{_t(one["summary"])}</a>' for _, _, one in operations)
    contents += '<li><a href="#calls">Calls of webhooks</a>'
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_t(title)}</title><style>{STYLE}</style>"
        f"<h1>{_t(title)}</h1><p>{_marked(told['info']['description'])}</p>"
        "<p>Send a token as <code>Authorization: Bearer TOKEN</code> or <code>gd-api-token: TOKEN</code>. For programs "
        'the same stands in <a href="openapi.json">openapi.json</a> (OpenAPI 3.1).</p>'
        f"<nav><ul>{contents}</ul></nav>"
        f"<main>{''.join(_operation(*one) for one in operations)}{_calls(calls)}</main></html>"
    )


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    return "".join(
        [
            f'<section><h2 id="{operation["operationId"]}">{_t(operation["summary"])}</h2>',
            f'<p class="address"><span class="method {method}">{method.upper()}</span>{_t(path)}</p>',
            f"<p>{_marked(operation['description'])}</p>" if "description" in operation else "",
            _table("Parameters", _parameters(operation)),
            *_body(operation),
            *_answers(operation["responses"]),
            "</section>",
        ]
    )


def _calls(calls: list[tuple[str, dict[str, Any]]]) -> str:
    """What registered addresses are told: the same in all but its type, and what a deleted event has besides."""
    headers = _table("Headers", _parameters(calls[0][1]))
    types = _table("Types", ((name, "", _t(call["summary"])) for name, call in calls))
    examples = [(name, call["requestBody"]["content"]["application/json"]["example"]) for name, call in calls]
    shown = [_code(name, json.dumps(example, indent=2)) for name, example in examples if name in _SHOWN]
    about = "A POST of JSON, signed, to each address that is registered. Any answer of 2xx within 10 seconds takes it."
    return f'<section><h2 id="calls">Calls of webhooks</h2><p>{about}</p>{types}{headers}{"".join(shown)}</section>'


_SHOWN = ("attendance.clocked-out", "attendance.deleted")


def _parameters(operation: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for one in operation.get("parameters", []):
        where = {"path": "In the address.", "header": "A header."}.get(one["in"], "")
        about = [where, _marked(one.get("description", "")), _limits(one["schema"])]
        yield one["name"], "needed" if one["required"] else "", " ".join(filter(None, about))


def _limits(schema: dict[str, Any]) -> str:
    told = []
    if "enum" in schema:
        told.append("One of " + ", ".join(f"<code>{_t(value)}</code>" for value in schema["enum"]) + ".")
    if "maximum" in schema:
        told.append(f"From {schema['minimum']:,} to {schema['maximum']:,}.")
    if schema.get("default") is not None:
        told.append(f"<code>{_t(schema['default'])}</code> where it is left out.")
    return " ".join(told)


def _body(operation: dict[str, Any]) -> Iterator[str]:
    if "requestBody" not in operation:
        return
    kinds = operation["requestBody"]["content"]
    content = kinds["application/json"]
    schema = document()["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
    needed = schema.get("required", [])
    rows = [
        (name, "needed" if name in needed else "", " ".join([_marked(told.get("description", "")), _limits(told)]))
        for name, told in schema["properties"].items()
    ]
    yield _table(f"Body ({'JSON or a form' if len(kinds) > 1 else 'JSON'})", rows)
    yield _code("Example", json.dumps(content["example"], indent=2))


def _answers(answers: dict[str, Any]) -> Iterator[str]:
    good = answers["200"]
    for kind, content in good["content"].items():
        example = content["example"]
        written = json.dumps(example, indent=2) if kind == "application/json" else example
        yield _code(f"200, {kind}", written)
    headers = ((name, "", _marked(told["description"])) for name, told in good["headers"].items())
    refused = ((status, "", _marked(told["description"])) for status, told in answers.items() if status != "200")
    yield f"<details><summary>Headers of the answer</summary>{_table('', headers)}</details>"
    yield _table("Other answers", refused)


def _table(title: str, rows: Any) -> str:
    found = "".join(f"<tr><td><code>{_t(name)}</code><td>{needed}<td>{about}" for name, needed, about in rows)
    head = f"<h3>{_t(title)}</h3>" if title else ""
    return f'{head}<div class="wide"><table>{found}</table></div>' if found else ""


def _code(title: str, text: str) -> str:
    return f"<h3>{_t(title)}</h3><pre>{_t(text)}</pre>"


def _marked(text: str) -> str:
    """The one mark that the specification's texts use."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", _t(text))


def _t(text: object) -> str:
    return html.escape(str(text))
