"""Draws buttons as actions of a card. A question before one is a hidden part of the same card."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from microsoft_teams.cards import (
    Action,
    ActionMode,
    ActionSet,
    ActionStyle,
    CardElement,
    Container,
    ExecuteAction,
    SubmitAction,
    TargetElement,
    ToggleVisibilityAction,
)

from bot.chat import views
from bot.msteams.text_runs import BOLD, PARAGRAPH, literal, on_one_line
from bot.wording.markup import cut

MOST_SHOWN = 6  # of a row; the service allows no more, the others are in a menu
LONGEST_LABEL, LONGEST_QUESTION, LONGEST_ANSWER = 75, 300, 30

CARRIES, OPENS = "carries", "opens"
"""Keys of what a pressed button hands over: what it carries, packed, and the name of the action that opens a form. Of
other buttons, the verb is the name."""
_STYLES: dict[str, ActionStyle | None] = {"default": None, "primary": "positive", "danger": "destructive"}


@dataclass(frozen=True, slots=True)
class ButtonSet:
    """Buttons, and the questions that belong below them."""

    buttons: ActionSet
    questions: Sequence[CardElement]


@dataclass
class Drawing:
    """Draws the buttons of one card. `reader`: the only one who sees it; empty if several do. Buttons that only some
    should see aren't drawn for others."""

    reader: str = ""
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    def row(self, buttons: Sequence[views.Button]) -> ButtonSet | None:
        """Up to six, and a menu with the others. None if the reader sees none."""
        seen = [one for one in buttons if one.only_for is None or self.reader in one.only_for]
        drawn, questions = list[Action](), list[CardElement]()
        for place, one in enumerate(seen):
            mode: ActionMode | None = "secondary" if place >= MOST_SHOWN else None
            if one.confirm is None:
                drawn.append(action(one, mode))
                continue
            question_id = f"question{next(self._ids)}"
            drawn.append(_toggle(question_id, one.label, mode, is_visible=True, style=_STYLES[one.style]))
            questions.append(_question(question_id, one, one.confirm))
        return ButtonSet(ActionSet(actions=drawn), questions) if drawn else None

    def beside(self, shown: views.Button | views.Menu | None, menu: views.Menu | None = None) -> ButtonSet | None:
        """What is beside a paragraph. Of a menu, the first item is a button, unless there is one."""
        if isinstance(shown, views.Menu):
            drawn = [action(one, "secondary" if place else None) for place, one in enumerate(shown.buttons)]
            return ButtonSet(ActionSet(actions=[*drawn]), ())
        row = self.row([shown]) if shown else None
        if row and menu and isinstance(shown, views.Button):
            others = [action(one, "secondary") for one in menu.beside(shown).buttons]
            return replace(row, buttons=ActionSet(actions=[*(row.buttons.actions or ()), *others]))
        return row


def action(button: views.Button, mode: ActionMode | None = None) -> ExecuteAction | SubmitAction:
    """One that doesn't ask first. Only one that says that it opens a form can open a dialog."""
    title, style = label(button.label), _STYLES[button.style]
    name, packed = button.action.name, button.action.pack(button.carries)
    if button.action.opens_form(button.carries):
        data = {"msteams": {"type": "task/fetch"}, OPENS: name, CARRIES: packed}
        return SubmitAction(title=title, data=data, style=style, mode=mode)
    return ExecuteAction(title=title, verb=name, data={CARRIES: packed}, style=style, mode=mode)


def label(said: str) -> str:
    """What is on a button."""
    return cut(on_one_line(said), LONGEST_LABEL)


def _question(question_id: str, button: views.Button, asked: views.Confirm) -> Container:
    """Hidden until the button is pressed. Only its **Delete** reaches the bot; **Keep** hides it again."""
    return Container(
        id=question_id,
        is_visible=False,
        style="emphasis",
        items=[
            literal(cut(asked.title, LONGEST_LABEL), BOLD),
            literal(cut(asked.question, LONGEST_QUESTION), PARAGRAPH),
            ActionSet(
                actions=[
                    action(replace(button, label=cut(asked.yes, LONGEST_ANSWER), confirm=None)),
                    _toggle(question_id, cut(asked.no, LONGEST_ANSWER), is_visible=False),
                ]
            ),
        ],
    )


def _toggle(
    question_id: str,
    said: str,
    mode: ActionMode | None = None,
    *,
    is_visible: bool,
    style: ActionStyle | None = None,
) -> ToggleVisibilityAction:
    target = TargetElement(element_id=question_id, is_visible=is_visible)
    return ToggleVisibilityAction(title=label(said), target_elements=[target], mode=mode, style=style)
