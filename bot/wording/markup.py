"""Sentences as markup: `<b>`, `<s>`, `<code>`, `<at id="…">` for a person and `<in id="…">` for a channel.

`sentence(_("{who} is out"), who=mention(user_id))` escapes its facts by their type, so that what people typed never
becomes markup. A door says with `Style` how the tags look in its chat.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import NamedTuple

from markupsafe import Markup


def sentence(message: str, /, **facts: object) -> Markup:
    """A sentence of a catalogue with its facts, each escaped by its type."""
    return Markup(message).format(**facts)  # noqa: S704  # the message is ours, and nothing typed is in it


def mention(user_id: str) -> Markup:
    """The person's name, as the chat shows names."""
    return Markup('<at id="{}">').format(user_id)


def channel(channel_id: str) -> Markup:
    """The channel's name, as the chat shows names."""
    return Markup('<in id="{}">').format(channel_id)


def code(typed: str) -> Markup:
    """Something to type."""
    return Markup("<code>{}</code>").format(typed)


@dataclass(frozen=True, slots=True)
class Style:
    """How a chat writes markup: the sign around each tag's text, its escaping, and how it names a person."""

    signs: Mapping[str, str]
    escape: Callable[[str], str]
    name: Callable[[str], str]
    channel: Callable[[str], str] = str


def drawn(text: Markup, style: Style, longest: int | None = None) -> str:
    """The text in that style, or as much of it as fits into `longest` UTF-16 units, with an ellipsis.

    Names and escaped signs are never cut in two, and open tags are closed.
    """
    parts = _parts(text, style)
    whole = "".join(part.text for part in parts)
    if longest is None or length(whole) <= longest:
        return whole
    kept, closing = "", ""
    for part in parts:
        if part.is_sign and closing.startswith(part.text):
            kept, closing = kept + part.text, closing.removeprefix(part.text)
            continue
        after = part.text + closing if part.is_sign else closing
        if length(kept + part.text + after) + 1 <= longest:
            kept, closing = kept + part.text, after
            continue
        for sign in part.typed:
            if length(kept + style.escape(sign) + closing) + 1 > longest:
                break
            kept += style.escape(sign)
        break
    return f"{kept}…{closing}"


def plain(text: Markup, name: Callable[[str], str] = str) -> str:
    """The text without tags: text to type is in quotes, people are named by `name`, or else by their ids."""
    return drawn(text, Style({"b": "", "s": "", "code": '"'}, str, name))


class Run(NamedTuple):
    """A piece of a text that looks the same from end to end: as it was typed, with the tags around it."""

    text: str
    tags: frozenset[str]


def runs(text: Markup, name: Callable[[str], str] = str, channel: Callable[[str], str] = str) -> list[Run]:
    """The text for a chat that formats it piece by piece. People and channels are named by `name` and `channel`, or
    else by their ids."""
    source, end, tags, found = str(text), 0, frozenset[str](), list[Run]()
    for tag in _TAG.finditer(source):
        found.append(Run(unescape(source[end : tag.start()]), tags))
        end, kind = tag.end(), tag[1]
        if kind in ("at", "in"):
            found.append(Run((name if kind == "at" else channel)(unescape(tag[2] or "")), tags))
        else:
            tags = tags - {kind} if tag[0].startswith("</") else tags | {kind}
    return [run for run in (*found, Run(unescape(source[end:]), tags)) if run.text]


def mentioned(text: Markup) -> list[str]:
    """The ids of the people whom the text names."""
    return [unescape(user_id) for user_id in re.findall(r'<at id="([^"]*)">', text)]


def channels_in(text: Markup) -> list[str]:
    """The ids of the channels that the text names."""
    return [unescape(channel_id) for channel_id in re.findall(r'<in id="([^"]*)">', text)]


def on_one_line(text: str) -> str:
    """What somebody typed, for a sentence that quotes it: it can't add a line of its own."""
    return " ".join(text.split())


def length(text: str) -> int:
    """In UTF-16 code units, which chats count: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, longest: int, end: str = "…") -> str:
    """Plain text, or its beginning with an ellipsis, in UTF-16 units."""
    if length(text) <= longest:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * (longest - length(end))]
    return kept.decode("utf-16-le", "ignore") + end


def made_different(names: Sequence[str], longest: int) -> list[str]:
    """The names, cut to that many UTF-16 units. Equal ones are numbered, for charts that join them otherwise."""
    different: list[str] = []
    for name in names:
        short, number = cut(name, longest) or "–", 1
        while short in different:
            number += 1
            short = f"{cut(name, longest - 3)} {number}"
        different.append(short)
    return different


class _Part(NamedTuple):
    text: str
    typed: str = ""
    """The same before it was escaped. Empty if it must not be cut."""
    is_sign: bool = False


def _parts(text: Markup, style: Style) -> list[_Part]:
    """Each answer is read twice, as blocks and as words. `html.parser`, which expects any HTML, takes twice as long."""
    source, end = str(text), 0  # as a plain string, or operations on it would escape its parts again
    parts = []
    for tag in _TAG.finditer(source):
        parts += [_data(source[end : tag.start()], style), _tag(tag[1], unescape(tag[2] or ""), style)]
        end = tag.end()
    return [part for part in (*parts, _data(source[end:], style)) if part.text]


def _data(escaped: str, style: Style) -> _Part:
    typed = unescape(escaped)
    return _Part(style.escape(typed), typed=typed)


def _tag(name: str, id_: str, style: Style) -> _Part:
    if name in ("at", "in"):
        return _Part(style.name(id_) if name == "at" else style.channel(id_))
    return _Part(style.signs[name], is_sign=True)


_TAG = re.compile(r'</?(\w+)(?: id="([^"]*)")?>')
