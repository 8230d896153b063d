"""Finds the handler of each typed word, button and form. Features declare theirs, and a router joins them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar, get_args, get_type_hints, overload

from markupsafe import Markup
from pydantic import TypeAdapter, ValidationError

from bot.calendar.vocabulary import commands_for
from bot.calendar.words import similar
from bot.chat.guests import refuse_guests, refuse_non_employee
from bot.chat.views import Button, Confirm, Files, Form, Message, Outcome
from bot.errors import Forbidden, NotACommand, NotUnderstood, OutdatedButton
from bot.people.user_groups import Group
from bot.permissions import Caller
from bot.runtime.services import Services
from bot.wording import Reader
from storage.errors import NotClockedIn

T = TypeVar("T")

CLOCKING = ("clockin", "clockout", "in", "out", "break", "back")
"""Words that clock somebody in or out, breaks among them."""


class Chat(Protocol):
    """What a chat can do besides showing the answer. If it refuses, it says so to the person itself."""

    async def post_here(self, message: Message) -> None:
        """Shows it to everybody where the request came from."""

    async def direct(self, message: Message) -> None:
        """Sends the person a direct message."""

    async def tell(self, text: Markup) -> None:
        """Sends the person another message while the answer is being prepared."""

    async def send(self, files: Files) -> None:
        """Sends the person files in a direct message."""

    async def place(self) -> str | None:
        """The channel of the request, by the id at which the bot posts there later. None in a direct message, and where
        the chat doesn't say whether other companies read the channel, who shouldn't see people's hours."""

    async def groups(self) -> Sequence[Group] | None:
        """The user groups by name. None if the chat doesn't list them in time."""

    async def group_members(self, workspace_id: str, group_id: str) -> Collection[str]:
        """The members of a user group. Raises UnknownGroup or DirectoryUnavailable."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request as plain values: who asks, who reads the answer, what was typed after the word, and in which chat; None
    where the bot speaks unasked. `opens_forms`: whether a form may be the answer; not to a direct message.
    `typed_before`: when the words were typed, if a button types them again. `sentence`: the whole line, where the words
    are free, no command's, and in a language of which the bot knows only some: what is left over is asked about."""

    services: Services
    caller: Caller
    reader: Reader
    words: str = ""
    chat: Chat | None = None
    opens_forms: bool = True
    typed_before: datetime | None = None
    router: Router | None = None
    """The router that runs the handler."""
    sentence: str = ""

    @property
    def here(self) -> Chat:
        """The chat. Everything typed or pressed has one."""
        assert self.chat is not None
        return self.chat

    @property
    def typed_at(self) -> datetime:
        """When the words were typed (UTC). `30 min ago` and `today` count from then."""
        return self.typed_before or self.reader.now

    def command(self, word: str) -> str:
        """How the word is typed here: `/attendance report`, `/clockin`, or `report`, `in` in a direct message."""
        if not self.opens_forms:
            return {"clockin": "in", "clockout": "out"}.get(word, word)
        return self.reader.command(word)

    async def type(self, word: str, words: str, at: datetime | None = None, *, directly: bool = False) -> Outcome:
        """Answers as if this had been typed, now or then; `directly`: in a direct message."""
        assert self.router is not None
        opens_forms = self.opens_forms and not directly
        return await self.router.typed(replace(self, words=words, typed_before=at, opens_forms=opens_forms), word)


Handler = Callable[..., Awaitable[Outcome]]
H = TypeVar("H", bound=Handler)
Answering = Callable[..., Awaitable[Message]]
A = TypeVar("A", bound=Answering)
FieldOf = Callable[[Exception, Mapping[str, Any]], str]
"""The field of a form with these entries at which a refusal is shown."""


@dataclass(frozen=True, eq=False)
class Action:
    """A handler for a button. The type of its second parameter is what the button carries.

    `opens_form`: whether its answer is a form, given what the button carries. Some chats must know when they draw the
    button; others open a form in any case.
    """

    name: str
    run: Handler
    carried: TypeAdapter[Any]
    opens_form: Callable[[Any], bool] = lambda carries: False

    def button(
        self,
        label: str,
        carries: Any = None,
        *,
        style: Literal["default", "primary", "danger"] = "default",
        confirm: Confirm | None = None,
        only_for: Collection[str] | None = None,
    ) -> Button:
        """A button for this handler."""
        return Button(label, self, carries, style, confirm, only_for)

    def pack(self, carries: Any) -> str:
        """As text for a button or a form."""
        return self.carried.dump_json(carries).decode()

    def unpack(self, packed: str) -> Any:
        """Raises OutdatedButton for what no button of this version carries."""
        try:
            return self.carried.validate_json(packed or "null")
        except ValidationError as error:
            raise OutdatedButton from error


@dataclass(frozen=True, eq=False, kw_only=True)
class FormAction(Action):
    """A handler for a sent form. Its third parameter is the dataclass of the entries by field. A field that was left
    empty has its default there."""

    filled: TypeAdapter[Any]
    field_of: FieldOf


@dataclass(frozen=True, eq=False)
class Notice:
    """How a kind of message in the outbox is drawn when it is sent. Its facts are the type of the second parameter."""

    run: Handler
    facts: TypeAdapter[Any]


@dataclass
class Feature:
    """The words, buttons and forms of one feature."""

    name: str
    words: dict[str, Handler] = field(default_factory=dict)
    alone: set[str] = field(default_factory=set)
    """Words that nothing may follow."""
    actions: dict[str, Action] = field(default_factory=dict)
    handlers: dict[str, Answering | None] = field(default_factory=dict)
    """What the buttons do that were declared before, by name."""
    forms: dict[str, FormAction] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    updates: dict[str, Notice] = field(default_factory=dict)

    def word(self, *words: str, alone: bool = False) -> Callable[[Handler], Handler]:
        """Declares a typed word. What follows it is in `ask.words`; nothing may follow it if it stands `alone`."""

        def declare(run: Handler) -> Handler:
            self.words.update(dict.fromkeys(words, run))
            self.alone.update(words if alone else ())
            return run

        return declare

    @overload
    def action(self, run: Handler) -> Action: ...

    @overload
    def action(self, *, opens_form: Callable[[Any], bool]) -> Callable[[Handler], Action]: ...

    def action(
        self, run: Handler | None = None, *, opens_form: Callable[[Any], bool] | None = None
    ) -> Action | Callable[[Handler], Action]:
        """Declares the handler of a button. One that returns a `Form` opens a form. One that returns any `Outcome` says
        with `opens_form` when it does."""

        def declare(run: Handler) -> Action:
            carried, *_ = [*_parameters(run), None]
            returns = get_type_hints(run)["return"]
            opens = opens_form or (lambda carries: returns is Form or Form in get_args(returns))
            action = Action(f"{self.name}.{run.__name__}", run, TypeAdapter(carried), opens)
            self.actions[action.name] = action
            return action

        return declare(run) if run else declare

    def button(self, name: str, carries: Any = None) -> Action:
        """Declares a button before what it does, which the module that `does` it says. So answers show each other's
        buttons, although each is in a module of its own. It opens no form."""

        async def run(*asked: Any) -> Message:
            handler = self.handlers[full]
            assert handler is not None
            return await handler(*asked)

        full = f"{self.name}.{name}"
        self.handlers[full] = None
        self.actions[full] = action = Action(full, run, TypeAdapter(carries))
        return action

    def does(self, action: Action) -> Callable[[A], A]:
        """Declares what such a button does."""

        def declare(run: A) -> A:
            self.handlers[action.name] = run
            return run

        return declare

    def form(self, field_of: FieldOf) -> Callable[[Handler], FormAction]:
        """Declares the handler of a sent form."""

        def declare(run: Handler) -> FormAction:
            carried, filled = _parameters(run)
            name = f"{self.name}.{run.__name__}"
            form = FormAction(name, run, TypeAdapter(carried), filled=TypeAdapter(filled), field_of=field_of)
            self.forms[form.name] = form
            return form

        return declare

    def notice(self, kind: str) -> Callable[[H], H]:
        """Declares how a kind of message is drawn for the caller of the Ask. None: it isn't needed any more."""

        def declare(run: H) -> H:
            (facts,) = _parameters(run)
            self.notices[kind] = Notice(run, TypeAdapter(facts))
            return run

        return declare

    def update(self, kind: str) -> Callable[[H], H]:
        """Declares how a sent message of that kind is drawn again. None: it stays as it is."""

        def declare(run: H) -> H:
            (facts,) = _parameters(run)
            self.updates[kind] = Notice(run, TypeAdapter(facts))
            return run

        return declare


def _parameters(run: Handler) -> list[Any]:
    """The types of the handler's parameters after the Ask."""
    return [hint for name, hint in get_type_hints(run).items() if name != "return"][1:]


class Router:
    """The tables of all features in one. Raises ValueError for a name that is declared twice, and for a button that
    does nothing."""

    def __init__(self, features: Sequence[Feature]) -> None:
        handlers = _joined([feature.handlers for feature in features])
        if idle := [name for name, handler in handlers.items() if handler is None]:
            raise ValueError(f"nothing says what these do: {', '.join(idle)}")
        self.words = _joined([feature.words for feature in features])
        self.alone = {word for feature in features for word in feature.alone}
        self.actions = _joined([feature.actions for feature in features])
        self.forms = _joined([feature.forms for feature in features])
        self.notices = _joined([feature.notices for feature in features])
        self.updates = _joined([feature.updates for feature in features])

    async def typed(self, ask: Ask, word: str) -> Outcome:
        """Runs what the word means on `ask.words`. Raises NotACommand, or NotAnEmployee to guests."""
        known, line = word.lower(), f"{word} {ask.words}".strip()
        is_clocking = known in CLOCKING
        try:
            if known not in ("clockin", "clockout"):  # they check the person themselves
                await refuse_guests(ask.services, ask.caller, clocking=is_clocking)
            if known in self.words and not (ask.words and known in self.alone):
                return await self.words[known](replace(ask, router=self))
            if known in self.words:
                raise NotACommand(line, [known])
            likely = self.similar(known)
            raise NotACommand(word, list(likely), shown=list(likely.values()))
        except Forbidden as error:
            await refuse_guests(ask.services, ask.caller, with_records=True, clocking=is_clocking)
            await refuse_non_employee(ask.services, ask.caller, error)
            raise
        except NotClockedIn:
            await refuse_guests(ask.services, ask.caller, with_records=True, clocking=is_clocking)
            raise
        except NotUnderstood as error:
            if not error.line:
                error.command = ask.command("" if isinstance(error, NotACommand) else known)
                error.line = line
                error.typed_at = ask.typed_at
                error.typed_directly = not ask.opens_forms
            raise

    def similar(self, word: str) -> Mapping[str, str]:
        """Up to two words that this one may be a misspelling of, each with how the reader types it."""
        known = [one for one in self.words if one and one not in ("clockin", "clockout")]
        spoken = commands_for(known)
        found = similar(word, [*known, *spoken])
        likely = dict[str, str]()
        for one in found:
            likely.setdefault(spoken.get(one, one), one)
        return likely

    def opens_form(self, word: str) -> bool:
        """Whether the word opens a form."""
        return get_type_hints(self.words[word])["return"] is Form

    async def pressed(self, ask: Ask, name: str, packed: str) -> Outcome:
        """Runs the handler of the button. Raises OutdatedButton."""
        action, ask = _declared(self.actions, name), replace(ask, router=self)
        if (carried := action.unpack(packed)) is None:
            return await action.run(ask)
        return await action.run(ask, carried)

    async def sent(self, ask: Ask, name: str, packed: str, fields: Mapping[str, Any]) -> Outcome:
        """Runs the handler of the sent form. Raises OutdatedButton."""
        form = _declared(self.forms, name)
        try:
            filled = form.filled.validate_python({name: value for name, value in fields.items() if value is not None})
        except ValidationError as error:
            raise OutdatedButton from error
        return await form.run(replace(ask, router=self), form.unpack(packed), filled)

    async def notice(self, ask: Ask, kind: str, facts: Mapping[str, Any]) -> Message | None:
        """The message for its recipient. Raises KeyError or ValidationError for a row that no use case writes."""
        return await _drawn(self.notices[kind], ask, facts)

    async def updated(self, ask: Ask, kind: str, facts: Mapping[str, Any]) -> Message | None:
        """A message that was sent to the caller of the Ask, as it should read now. Raises what `notice` raises."""
        return await _drawn(self.updates[kind], ask, facts)


async def _drawn(notice: Notice, ask: Ask, facts: Mapping[str, Any]) -> Message | None:
    drawn = await notice.run(ask, notice.facts.validate_python(dict(facts)))
    assert drawn is None or isinstance(drawn, Message)
    return drawn


def _declared(table: Mapping[str, T], name: str) -> T:
    if name not in table:
        raise OutdatedButton
    return table[name]


def _joined(tables: Sequence[Mapping[str, T]]) -> dict[str, T]:
    joined: dict[str, T] = {}
    for table in tables:
        if twice := joined.keys() & table.keys():
            raise ValueError(f"declared twice: {', '.join(sorted(twice))}")
        joined |= table
    return joined
