"""Each person's open modals, as a stack with the top one in front; and checking views."""

import json
import secrets
from collections.abc import Iterator
from typing import Any

from bot.practice.blocks import require_valid, with_ids
from bot.practice.model import Json, Refused, View

STACK = 3
"""The highest stack of views (https://docs.slack.dev/surfaces/modals)."""
LARGEST = 250_000
"""Characters of a view as JSON (https://docs.slack.dev/reference/methods/views.publish)."""


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
        """Closes one view and shows the one below."""
        self[view.user_id] = [other for other in self.get(view.user_id, []) if other is not view]

    def find(self, *, view_id: str = "", external_id: str = "") -> View:
        for view in self._all():
            if view.id == view_id or (external_id and view.raw.get("external_id") == external_id):
                return view
        raise Refused("not_found")

    def has(self, view_id: str) -> bool:
        """Whether a view of that id is open."""
        return any(view.id == view_id for view in self._all())

    def named(self, external_id: str | None) -> View | None:
        """The open view with that external id, if any."""
        views = (view for view in self._all() if external_id and view.raw.get("external_id") == external_id)
        return next(views, None)

    def _all(self) -> Iterator[View]:
        for stack in self.values():
            yield from stack


def made(user_id: str, raw: Json) -> View:
    view_id = f"V{secrets.token_hex(5).upper()}"
    return View(view_id, user_id, raw, secrets.token_hex(8), root_id=view_id)


def replace(view: View, raw: Json) -> None:
    """Replaces a view's content, and clears the errors of the last submission."""
    view.raw, view.hash, view.errors = raw, secrets.token_hex(8), {}


def checked(raw: Any, kind: str) -> Json:
    """A view of that kind ("modal" or "home") with ids on all blocks and elements, or Refused."""
    require_valid(raw, f"view/{kind}", "/view", "invalid_arguments")
    if len(json.dumps(raw)) > LARGEST:
        raise Refused("view_too_large")
    return {**raw, "blocks": with_ids(raw["blocks"])}
