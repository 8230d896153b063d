"""What Slack refuses is refused here, by the same name and with the place of the fault; and nothing but that."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.blocks import accepted
from bot.practice.model import GENERAL, Refused
from bot.practice.workspace import Workspace
from tests.conftest import ROOT

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(**more: Any) -> Json:
    return {"type": "button", "action_id": "go", "text": plain("Go"), **more}


def options(count: int) -> list[Json]:
    return [{"text": plain(f"Option {n}"), "value": f"v{n}"} for n in range(count)]


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "options": options(3), **more}


def field(element: Json) -> Json:
    return {"type": "input", "label": plain("Field"), "element": element}


def section(text: str = "Words", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def table(rows: int = 3, columns: int = 2, **more: Any) -> Json:
    cells = [[{"type": "raw_text", "text": f"{row}.{column}"} for column in range(columns)] for row in range(rows)]
    return {"type": "data_table", "caption": "Hours", "rows": cells, **more}


def bin_for(people: int) -> Json:
    readers = [f"U{n}" for n in range(people)]
    text = plain("Delete")
    return {"type": "icon_button", "icon": "trash", "action_id": "go", "text": text, "visible_to_user_ids": readers}


def action(**more: Any) -> Json:
    return {"type": "action_cell", "element": button(), "fallback": {"type": "raw_text", "text": "–"}, **more}


def with_cells(*cells: Json) -> Json:
    """A table of one column."""
    return table() | {"rows": [[{"type": "raw_text", "text": "Change"}], *([cell] for cell in cells)]}


def chart(points: int = 2, series: int = 1, **more: Any) -> Json:
    names = [f"day {n}" for n in range(points)]
    drawn = [{"name": f"s{n}", "data": [{"label": name, "value": 1} for name in names]} for n in range(series)]
    axes = {"categories": names, "y_label": "hours"}
    return {
        "type": "data_visualization",
        "title": "Hours",
        "chart": {"type": "bar", "series": drawn, "axis_config": axes},
        **more,
    }


CONFIRM = {"title": plain("Sure?"), "text": mrkdwn("Ana, Monday"), "confirm": plain("Yes"), "deny": plain("No")}
GOOD: list[Json] = [
    section(fields=[plain("one"), mrkdwn("two")], accessory={"type": "overflow", "options": options(5)}),
    {"type": "header", "text": plain("Heading")},
    {"type": "divider", "block_id": "line"},
    {"type": "context", "elements": [mrkdwn("since"), {"type": "image", "image_url": "http://x", "alt_text": "x"}]},
    {"type": "actions", "elements": [button(confirm=CONFIRM, style="danger", value="e1"), select()]},
    field({"type": "plain_text_input", "multiline": True, "max_length": 2000, "placeholder": plain("Why")}),
    field(select(initial_option=options(3)[1])),
    field({"type": "checkboxes", "options": options(10), "initial_options": options(2)}),
    field({"type": "timepicker", "initial_time": "08:30"}),
    field({"type": "users_select", "initial_user": "U0ANA"}),
    field({"type": "number_input", "is_decimal_allowed": False}),
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "Hi"}]}]},
    {"type": "context_actions", "elements": [bin_for(10)]},
    table(),
]  # fmt: skip

TOO_MUCH: dict[str, tuple[Json | list[Json], str]] = {
    "an unknown block": ({"type": "sektion"}, "unsupported type: sektion [json-pointer:/blocks/0/type]"),
    "no type": ({}, "missing required field: type [json-pointer:/blocks/0]"),
    "51 blocks": ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    "a long section": (section("x" * 3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    "a section long in UTF-16": (section("🌴" * 1501), "must be less than 3001 characters"),
    "an empty section": (section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    "11 fields": (section(fields=[plain("x")] * 11), "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
    "a long field": (section(fields=[plain("x" * 2001)]), "/blocks/0/fields/0/text]"),
    "a long header": ({"type": "header", "text": plain("x" * 151)}, "must be less than 151"),
    "mrkdwn in a header": ({"type": "header", "text": mrkdwn("x")}, "unsupported type: mrkdwn"),
    "11 in a context": ({"type": "context", "elements": [plain("x")] * 11}, "no more than 10 items"),
    "26 buttons": (
        {"type": "actions", "elements": [button(action_id=f"a{n}") for n in range(26)]},
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "a long button": (section(accessory=button(text=plain("x" * 76))), "must be less than 76"),
    "a long value": (section(accessory=button(value="x" * 2001)), "/accessory/value]"),
    "a long action_id": (section(accessory=button(action_id="x" * 256)), "/accessory/action_id]"),
    "the same action_id beside it": ({"type": "actions", "elements": [button(), button()]}, "already exists"),
    "the same block_id": ([{"type": "divider", "block_id": "a"}] * 2, "already exists"),
    "a long confirm": (section(accessory=button(confirm=CONFIRM | {"text": plain("x" * 301)})), "less than 301"),
    "half a confirm": (section(accessory=button(confirm={"title": plain("Sure?")})), "missing required field: text"),
    "101 options": (section(accessory=select(options=options(101))), "no more than 100 items"),
    "no options": (section(accessory=select(options=[])), "no fewer than 1 items"),
    "6 in an overflow": (section(accessory={"type": "overflow", "options": options(6)}), "no more than 5 items"),
    "11 checkboxes": (section(accessory={"type": "checkboxes", "options": options(11)}), "no more than 10 items"),
    "an initial option not offered": (section(accessory=select(initial_option=options(9)[8])), "initial options"),
    "a long option": (section(accessory=select(options=[{"text": plain("x" * 76), "value": "v"}])), "less than 76"),
    "a day that is none": (section(accessory={"type": "datepicker", "initial_date": "2026-02-30"}), "YYYY-MM-DD"),
    "a time that is none": (section(accessory={"type": "timepicker", "initial_time": "24:00"}), "HH:mm"),
    "an unknown key": (section(colour="red"), "invalid additional property: colour [json-pointer:/blocks/0]"),
    "a table of a header": (table(rows=1), "no fewer than 2 items"),
    "102 rows": (table(rows=102), "no more than 101 items"),
    "21 columns": (table(columns=21), "no more than 20 items"),
    "a ragged table": (table() | {"rows": [*table()["rows"], table(columns=1)["rows"][0]]}, "same number of cells"),
    "no caption": (table(caption=""), "caption]"),
    "a page of 101": (table(page_size=101), "/page_size]"),
    "a full table": (
        table() | {"rows": [[{"type": "raw_text", "text": "x" * 10_000}]] * 3},
        "must be less than 20001 characters",
    ),
    "the same action_id in two cells": (with_cells(action(), action()), "`action_id` 'go' already exists"),
    "a cell that asks first": (
        with_cells(action(element=button(confirm=CONFIRM))),  # Slack doesn't say whether it would
        "invalid additional property: confirm [json-pointer:/blocks/0/rows/1/0/element]",
    ),
    "a cell with a menu": (with_cells(action(element=select())), "/blocks/0/rows/1/0/element"),
    "an empty action": (with_cells({"type": "action_cell"}), "missing required field: element"),
    "a button in a header": (table() | {"rows": [[action()], [action()]]}, "unsupported type: action_cell"),
    "a button in a plain table": ({"type": "table", "rows": [[action()]]}, "unsupported type: action_cell"),
    "a full table with a button": (
        with_cells({"type": "raw_text", "text": "x" * 19_990}, action(element=button(text=plain("x" * 5)))),
        "must be less than 20001 characters",
    ),
    "an icon for 11 people": (
        {"type": "context_actions", "elements": [bin_for(11)]},
        "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/visible_to_user_ids]",
    ),
    "an icon that Slack doesn't have": (
        {"type": "context_actions", "elements": [bin_for(1) | {"icon": "pen"}]},
        "must be one of trash [json-pointer:/blocks/0/elements/0/icon]",
    ),
    "3 charts": ([chart()] * 3, "no more than 2 data_visualization"),
    "21 points": (chart(points=21), "no more than 20 items"),
    "7 series": (chart(series=7), "no more than 6 items"),
    "a long title": (chart(title="x" * 51), "must be less than 51"),
    "an alert in a message": ({"type": "alert", "text": plain("x")}, "unsupported type: alert"),
}  # fmt: skip


@pytest.mark.parametrize("what", TOO_MUCH)
def test_of_a_message(what: str) -> None:
    blocks, fault = TOO_MUCH[what]
    with pytest.raises(Refused) as refused:
        accepted(blocks if isinstance(blocks, list) else [blocks])
    assert refused.value.error == "invalid_blocks"
    assert fault in refused.value.details[0]


def test_content_up_to_slacks_limits_is_accepted() -> None:
    assert len(accepted([*GOOD, chart(points=20, series=6), chart()])) == len(GOOD) + 2
    most = [section("x" * 3000, accessory=button(value="x" * 2000)), table(rows=101), table(columns=20)]
    assert accepted(most)[0]["accessory"]["action_id"] == "go"
    assert accepted([section("🌴" * 1500)])
    assert accepted([with_cells(*(action(element=button(action_id=f"a{n}")) for n in range(100)))])
    assert len(accepted([{"type": "divider"}] * 100, "home")) == 100


def test_without_development_tools_any_blocks_are_shown() -> None:
    code = (
        "import sys; sys.modules['jsonschema'] = None\n"
        "from bot.practice.blocks import accepted\n"
        "print(accepted([{'type': 'sektion', 'block_id': 'a'}]))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[{'type': 'sektion', 'block_id': 'a'}]\n"


def places(part: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to each key and item of a tree."""
    for key, item in part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ():
        yield (*path, key)
        yield from places(item, (*path, key))


def spoilt(block: Json, path: tuple[str | int, ...], how: Any) -> Json:
    spoilt = copy.deepcopy(block)
    part: Any = spoilt
    for key in path[:-1]:
        part = part[key]
    if how == "drop":
        del part[path[-1]]
    elif how == "misspell" and isinstance(part, dict):
        part["x" + str(path[-1])] = part.pop(path[-1])
    else:
        part[path[-1]] = how
    return spoilt


TYPES = json.loads((ROOT / "tests" / "data" / "slack-surfaces.schema.json").read_text())
MESSAGES = Draft7Validator({"$ref": "#/definitions/Message", "definitions": TYPES["definitions"]})


@settings(max_examples=80, deadline=None)
@given(data=st.data(), block=st.sampled_from(GOOD))
def test_content_that_slacks_types_refuse_is_refused(data: st.DataObject, block: Json) -> None:
    path = data.draw(st.sampled_from(list(places(block))))
    how = data.draw(st.sampled_from(["drop", "misspell", 7, True, "words", [], {}, [[]], {"type": "button"}]))
    bad = spoilt(block, path, how)
    if MESSAGES.is_valid({"blocks": [bad]}):
        return
    with pytest.raises(Refused):
        accepted([bad])


def keys_by_type() -> dict[str, list[tuple[set[str], set[str]]]]:
    """For each `type`, the keys and the required keys of the shapes that Slack's own types give it."""
    found: dict[str, list[tuple[set[str], set[str]]]] = {}
    for definition in TYPES["definitions"].values():
        shapes = [shape for shape in definition.get("anyOf", [definition]) if "properties" in shape]
        if shapes:
            keys = set().union(*(shape["properties"] for shape in shapes))
            required = set.intersection(*(set(shape.get("required", [])) for shape in shapes))
            kind = shapes[0]["properties"].get("type", {})
            for name in kind.get("enum", [kind.get("const")]):
                found.setdefault(name, []).append((keys, required - {"type"}))
    return found


FAMILIES = ("text", "element", "span", "part", "cell", "block", "view")
NOT_IN_THE_TYPES = {"data_visualization", "action_cell"}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_kind_has_the_keys_that_slacks_own_types_give_it(family: str) -> None:
    theirs = keys_by_type()
    ours = json.loads((ROOT / "bot" / "practice" / "block_kit.schema.json").read_text())["$defs"][family]
    for kind in ours.keys() - NOT_IN_THE_TYPES:
        assert (set(ours[kind]["properties"]), set(ours[kind].get("required", []))) in theirs[kind], kind


async def refusal_of(call: Any) -> SlackApiError:
    with pytest.raises(SlackApiError) as raised:
        await call
    return raised.value


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Add"), "submit": plain("Save"), "blocks": list(blocks), **more}


def without(view: Json, key: str) -> Json:
    return {name: value for name, value in view.items() if name != key}


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks), **more}


async def test_a_refusal_says_where_as_slack_says_it(api: AsyncWebClient) -> None:
    error = await refusal_of(api.chat_postMessage(channel=GENERAL, text="x", blocks=[section("")]))
    fault = "must be more than 0 characters [json-pointer:/blocks/0/text/text]"
    assert error.response["error"] == "invalid_blocks"
    assert error.response["errors"] == [fault]
    assert error.response["response_metadata"]["messages"] == [f"[ERROR] {fault}"]


@pytest.mark.parametrize(
    ("view", "fault"),
    [
        (modal(section(), title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
        (without(modal(field(select())), "submit"), "missing required field: submit [json-pointer:/view]"),
        (modal(table()), "unsupported type: data_table [json-pointer:/view/blocks/0/type]"),
        (modal(section(), private_metadata="x" * 3001), "/view/private_metadata]"),
        (modal(section(), callback="add"), "invalid additional property: callback"),
        (modal(*[{"type": "divider"}] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
        (home(section()), "unsupported type: home"),
        ({}, "missing required field: type"),
    ],
)
async def test_of_a_view(workspace: Workspace, api: AsyncWebClient, view: Json, fault: str) -> None:
    error = await refusal_of(api.views_open(trigger_id=workspace.triggers.issue("U0ANA"), view=view))
    assert error.response["error"] == "invalid_arguments"
    assert fault in error.response["response_metadata"]["messages"][0]
    assert workspace.open_view("U0ANA") is None


async def test_views_that_are_gone_changed_or_named_twice_are_refused(
    workspace: Workspace, api: AsyncWebClient
) -> None:
    async def opens(person: str, **more: Any) -> Any:
        return await api.views_open(trigger_id=workspace.triggers.issue(person), view=modal(section(), **more))

    view = (await opens("U0ANA", external_id="add"))["view"]
    again = api.views_update(view_id=view["id"], hash=view["hash"], view=modal(section("new"), external_id="add"))
    assert (await again)["view"]["hash"] != view["hash"]
    late = api.views_update(view_id=view["id"], hash=view["hash"], view=modal(section("late")))
    assert (await refusal_of(late)).response["error"] == "hash_conflict"
    gone = api.views_update(view_id="V0GONE", view=modal(section()))
    assert (await refusal_of(gone)).response["error"] == "not_found"
    assert (await refusal_of(opens("U0BEN", external_id="add"))).response["error"] == "duplicate_external_id"
    for _ in range(2):
        await api.views_push(trigger_id=workspace.triggers.issue("U0ANA"), view=modal(section()))
    fourth = api.views_push(trigger_id=workspace.triggers.issue("U0ANA"), view=modal(section()))
    assert (await refusal_of(fourth)).response["error"] == "push_limit_reached"
    forged = api.views_open(trigger_id="1.made-up", view=modal(section()))
    assert (await refusal_of(forged)).response["error"] == "invalid_trigger_id"


async def test_of_a_home_tab(workspace: Workspace, api: AsyncWebClient) -> None:
    calls = {
        "hash_conflict": api.views_publish(user_id="U0ANA", view=home(section()), hash="old"),
        "user_not_found": api.views_publish(user_id="U0NOBODY", view=home(section())),
        "view_too_large": api.views_publish(user_id="U0ANA", view=home(*[section("x" * 3000)] * 90)),
        "invalid_arguments": api.views_publish(user_id="U0ANA", view=home(*[{"type": "divider"}] * 101)),
    }
    for error, call in calls.items():
        assert (await refusal_of(call)).response["error"] == error
    assert workspace.homes == {}


async def test_messages_to_places_and_methods_the_bot_has_no_rights_for_are_refused(
    workspace: Workspace, api: AsyncWebClient
) -> None:
    workspace.channels["C0OTHER"] = "other"
    workspace.without_bot.add("C0OTHER")
    mine = workspace.post(GENERAL, "U0ANA", "Hello")
    calls = {
        "not_in_channel": api.chat_postMessage(channel="C0OTHER", text="x"),
        "channel_not_found": api.chat_postMessage(channel="C0NOWHERE", text="x"),
        "msg_too_long": api.chat_postMessage(channel=GENERAL, text="x" * 40_001),
        "no_text": api.api_call("chat.postMessage", json={"channel": GENERAL}),
        "cant_update_message": api.chat_update(channel=GENERAL, ts=mine.ts, text="x"),
        "cant_delete_message": api.chat_delete(channel=GENERAL, ts=mine.ts),
        "message_not_found": api.chat_update(channel=GENERAL, ts="1.0", text="x"),
        "user_not_in_channel": api.chat_postEphemeral(channel=GENERAL, user="U0NOBODY", text="x"),
        "invalid_blocks_format": api.api_call("chat.postMessage", json={"channel": GENERAL, "blocks": "{"}),
    }
    for error, call in calls.items():
        assert (await refusal_of(call)).response["error"] == error

    workspace.scopes = "commands,users:read"
    lacking = await refusal_of(api.chat_postMessage(channel=GENERAL, text="x"))
    assert lacking.response["error"] == "missing_scope"
    assert (lacking.response["needed"], lacking.response["provided"]) == ("chat:write", "commands,users:read")
    assert json.dumps(workspace.messages[-1].text) == '"Hello"'
