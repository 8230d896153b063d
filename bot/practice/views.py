"""Modals as people have them open: a stack each, the topmost in front; and the check that a view is one."""

import secrets
from collections.abc import Iterator
from typing import Any

from bot.practice.blocks import VIEW_BLOCKS, accepted
from bot.practice.model import Json, Refused, View

STACK = 3
"""Views that may lie on each other (https://docs.slack.dev/surfaces/modals)."""


class Views(dict[str, list[View]]):
    """Open views by person, the topmost last."""

    def top(self, user_id: str) -> View | None:
        stack = self.get(user_id)
        return stack[-1] if stack else None

    def open(self, user_id: str, raw: Json) -> View:
        view = made(user_id, raw)
        self[user_id] = [view]
        return view

    def push(self, user_id: str, raw: Json) -> View:
        stack = self.setdefault(user_id, [])
        if len(stack) >= STACK:
            raise Refused("push_limit_reached")
        view = made(user_id, raw)
        if stack:
            view.root_id, view.previous_id = stack[0].id, stack[-1].id
        stack.append(view)
        return view

    def close(self, view: View) -> None:
        """Takes one view away and shows what lay under it."""
        self[view.user_id] = [other for other in self.get(view.user_id, []) if other is not view]

    def find(self, *, view_id: str = "", external_id: str = "") -> View:
        for view in self._all():
            if view.id == view_id or (external_id and view.raw.get("external_id") == external_id):
                return view
        raise Refused("not_found")

    def _all(self) -> Iterator[View]:
        for stack in self.values():
            yield from stack


def made(user_id: str, raw: Json) -> View:
    view_id = f"V{secrets.token_hex(5).upper()}"
    return View(view_id, user_id, raw, secrets.token_hex(8), root_id=view_id)


def replace(view: View, raw: Json) -> None:
    """Another content in the same place. What the last submission was told belongs to the old one."""
    view.raw, view.hash, view.errors = raw, secrets.token_hex(8), {}


def checked(raw: Any, kind: str) -> Json:
    """A view of that kind ("modal" or "home") with ids on all blocks and elements, or Refused."""
    if not isinstance(raw, dict) or raw.get("type") != kind:
        raise Refused("invalid_arguments", f"a view of type {kind} is wanted [json-pointer:/view/type]")
    blocks = accepted(raw.get("blocks"), VIEW_BLOCKS)
    if kind == "modal":
        title = raw.get("title")
        if not isinstance(title, dict) or not 0 < len(title.get("text") or "") <= 24:
            raise Refused("invalid_arguments", "a title of 1 to 24 characters is wanted [json-pointer:/view/title]")
        if not raw.get("submit") and any(block["type"] == "input" for block in blocks):
            raise Refused("invalid_arguments", "a view with inputs needs a submit [json-pointer:/view/submit]")
    if len(raw.get("private_metadata") or "") > 3000:
        raise Refused("invalid_arguments", "at most 3000 characters [json-pointer:/view/private_metadata]")
    return {**raw, "blocks": blocks}
