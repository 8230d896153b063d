"""A language in which every message looks foreign: `⟦Çľöçķ ïñ⟧`. Letters that look English bypassed the catalogue."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from gettext import NullTranslations

from babel import Locale
from openpyxl import load_workbook
from pypdf import PdfReader

from bot.chat.views import (
    Button,
    Buttons,
    Chart,
    ChoiceField,
    Files,
    Form,
    Heading,
    Menu,
    Message,
    Note,
    Number,
    Outcome,
    Table,
    Text,
)
from bot.wording.catalogue import Language

PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
FOREIGN = "åƀçđéƒĝĥïĵķľɱñöþɋřšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĽṀÑÖÞɊŘŠŢÛṼŴẊÝŽ"
_KEPT = re.compile(r"(\{\w*\}|</?\w+>)")


def disguised(message: str) -> str:
    """The message in this language."""
    letters = str.maketrans(PLAIN, FOREIGN)
    parts = (part if _KEPT.fullmatch(part) else part.translate(letters) for part in _KEPT.split(message))
    return f"⟦{''.join(parts)}⟧"


class _Pseudo(NullTranslations):
    def gettext(self, message: str) -> str:
        return disguised(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return disguised(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return disguised(message)


PSEUDO = Language("de", Locale("de"), _Pseudo())
"""With German days, so that English ones are found too."""


def texts_of(outcome: Outcome | Files) -> Iterator[str]:
    """Everything that people read in it."""
    match outcome:
        case Message(pieces):
            yield outcome.left_out
            for piece in pieces:
                yield from _texts_of_piece(piece)
        case Form(title, submit, cancel, _action, body):
            yield from (title, submit, cancel)
            for field in body:
                if isinstance(field, Text | Note):
                    yield from _texts_of_piece(field)
                    continue
                yield from (field.label, field.hint)
                if isinstance(field, ChoiceField):
                    yield from field.options.values()
        case Files(title):
            yield title


def texts_of_file(name: str, content: bytes) -> Iterator[str]:
    """What people read in a workbook or PDF, and its name. Programs read the others."""
    if name.endswith(".xlsx"):
        book = load_workbook(io.BytesIO(content))
        yield from (name.removesuffix(".xlsx"), *book.sheetnames)
        for sheet in book.worksheets:
            yield from (str(cell.value) for row in sheet.iter_rows() for cell in row if cell.data_type == "s")
    elif name.endswith(".pdf"):
        yield name.removesuffix(".pdf")
        for page in PdfReader(io.BytesIO(content)).pages:
            yield from page.extract_text().splitlines()


def _texts_of_piece(piece: object) -> Iterator[str]:
    match piece:
        case Heading(text) | Note(text):
            yield str(text)
        case Text(text, button):
            yield str(text)
            yield from _texts_of_piece(button)
        case Buttons(buttons):
            for one in buttons:
                yield from _texts_of_piece(one)
        case Menu(actions):
            yield from actions
        case Button(label, confirm=sure):
            yield label
            if sure:
                yield from (sure.title, sure.question, sure.yes, sure.no)
        case Table(title, columns, rows, otherwise):
            yield from (title, *columns)
            for row in rows:
                for cell in row:
                    yield from [cell] if isinstance(cell, str) else _texts_of_piece(cell)
            for line in otherwise:
                yield from _texts_of_piece(line)
        case Number(shown=shown):
            yield shown
        case Chart(title, unit, axis, bars):
            yield from (title, unit, axis)
            yield from (name for name, _ in bars)
