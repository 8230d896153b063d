"""Keeps the catalogues in `bot/locale` complete: `make messages` brings in what the program says, `make lint` checks.

python -m tests.catalogues                  what is missing, unused or broken in any catalogue
python -m tests.catalogues update [fr …]    the program's messages into every catalogue, and into new ones
"""

from __future__ import annotations

import ast
import re
import string
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.wording.languages import LOCALE
from bot.wording.markup import length
from tests import manifests

ROOT = Path(__file__).parents[1]
KEYWORDS = {"_": None, "later": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
COMMENTS = ["Translators:"]
LONGEST_BUTTON, LONGEST_TITLE, LONGEST_OF_CONFIRM = 75, 24, 30  # Slack's limits, in UTF-16 units
MOST_NAMED = 20
HEADER = "# How to translate: docs/translating.md"


def main(arguments: Sequence[str]) -> int:
    """Returns the exit status."""
    template = messages_of_program()
    if arguments[:1] == ["update"]:
        for code in {*arguments[1:], *codes()}:
            update(code, template)
        return 0
    limits = limits_of_program()
    found = [f"{path_of(code)}: {fault}" for code in codes() for fault in faults(read(code), template, limits)]
    for line in found:
        print(line)
    if found:
        print("Run `make messages`, translate what is empty (docs/translating.md), and remove what is broken.")
    return 1 if found else 0


def codes() -> list[str]:
    """The languages with a catalogue, as `de` or `pt_BR`."""
    return sorted(path.parents[1].name for path in LOCALE.glob("*/LC_MESSAGES/attendance.po"))


def path_of(code: str) -> Path:
    """Where a language's catalogue is, from the root of the repository."""
    return (LOCALE / code / "LC_MESSAGES" / "attendance.po").relative_to(ROOT)


def messages_of_program() -> Catalog:
    """Every message that the program and the apps' manifests say, with the files that say it."""
    catalogue = Catalog(charset="utf-8")
    found = extract_from_dir(
        str(ROOT / "bot"), [("**.py", "python")], keywords=KEYWORDS, comment_tags=COMMENTS, strip_comment_tags=True
    )
    for file, line, said, comments, context in sorted(found, key=lambda one: one[:2]):  # a folder has no order
        catalogue.add(said, None, [(f"bot/{file}", line)], auto_comments=comments, context=context)
    for text, _longest, file in manifests.texts():
        catalogue.add(text, None, [(file, 0)])
    return catalogue


def read(code: str) -> Catalog:
    with (ROOT / path_of(code)).open("rb") as file:
        return read_po(file, locale=code)


def update(code: str, template: Catalog) -> None:
    """Adds what is new, and drops what the program doesn't say any more. What changed is to be translated again."""
    catalogue = read(code) if (ROOT / path_of(code)).exists() else Catalog(code, charset="utf-8", fuzzy=False)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    write(code, catalogue)


def write(code: str, catalogue: Catalog) -> None:
    """By file, and without the lines that would differ each time."""
    catalogue.header_comment = HEADER
    written = BytesIO()
    write_po(written, catalogue, width=120, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    lines = written.getvalue().decode().splitlines(keepends=True)
    path = ROOT / path_of(code)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(line for line in lines if not _CHANGES.match(line)), encoding="utf-8")


def faults(catalogue: Catalog, template: Catalog, limits: dict[str, int]) -> Iterator[str]:
    """What is wrong with a catalogue, a line each."""
    said = {(_originals(one)[0], one.context): one for one in template if one.id}
    known = {(_originals(one)[0], one.context): one for one in catalogue if one.id}
    missing = [key for key in said if key not in known or not all(_forms(known[key]))]
    for message, _context in missing[:MOST_NAMED]:
        yield f"missing: {message!r}"
    if len(missing) > MOST_NAMED:
        yield f"missing: {len(missing) - MOST_NAMED} more"
    for key, one in known.items():
        if key not in said:
            yield f"unused: {key[0]!r}"
        elif one.fuzzy:
            yield f"fuzzy: {key[0]!r}"
        elif key not in missing:
            yield from (f"{fault}: {key[0]!r}" for fault in broken(one, catalogue.num_plurals, limits.get(key[0])))


def broken(message: Message, plurals: int, longest: int | None) -> Iterator[str]:
    """What a translation has lost of its message, or is too long for."""
    forms, originals = _forms(message), _originals(message)
    if len(originals) > 1 and len(forms) != plurals:
        yield f"{len(forms)} plural forms instead of {plurals}"
    for form in forms:
        names = [_names(original) for original in originals]
        if _names(form) not in names and not (len(forms) > 1 and _names(form) <= names[-1] | {"count"}):
            yield f"has {_listed(_names(form))} instead of {_listed(names[-1])}"
        if Counter(_TAG.findall(form)) != Counter(_TAG.findall(originals[-1])):
            yield "has other tags"
        if _edges(form) != _edges(originals[-1]):
            yield "begins or ends with other signs"
        if longest is not None and length(form) > longest:
            yield f"longer than {longest}"


def limits_of_program() -> dict[str, int]:
    """The most letters that a message may have, by the message: those of buttons, of titles of forms, and of the apps'
    manifests."""
    limits: dict[str, int] = {}
    for text, longest, _file in manifests.texts():
        limits[text] = min(longest, limits.get(text, longest))
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                for place, longest in _limited(node):
                    for said in _said(place):
                        limits[said] = min(longest, limits.get(said, longest))
    return limits


def _limited(call: ast.Call) -> Iterator[tuple[ast.expr, int]]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    match name:
        case "button" | "line_button" | "Button" if call.args:
            yield call.args[0], LONGEST_BUTTON
        case "Form":
            yield from ((one, LONGEST_TITLE) for one in call.args[:3])
        case "Confirm":
            yield from ((one.value, LONGEST_OF_CONFIRM) for one in call.keywords if one.arg in ("yes", "no"))


def _said(expression: ast.expr) -> Iterator[str]:
    """The messages that the expression may be, also one of two."""
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "pgettext"):
            message = node.args[-1]
            if isinstance(message, ast.Constant) and isinstance(message.value, str):
                yield message.value


def _forms(message: Message) -> tuple[str, ...]:
    """The translation; of what is counted, its plural forms."""
    string = message.string
    return (string or "",) if isinstance(string, str | None) else tuple(one or "" for one in string)


def _originals(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _names(message: str) -> frozenset[str]:
    try:
        return frozenset(name for _text, name, _spec, _conversion in string.Formatter().parse(message) if name)
    except ValueError:
        return frozenset({"a brace alone"})


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(f"{{{name}}}" for name in names)) or "no placeholders"


def _edges(message: str) -> tuple[object, ...]:
    """What has to be the same at both ends: white space, an emoji, a colon, an ellipsis."""
    return (
        message[: len(message) - len(message.lstrip())],
        message[len(message.rstrip()) :],
        message[0] if ord(message[0]) > 0x2600 and not message[0].isalpha() else "",
        message.endswith("…"),
    )


_CHANGES = re.compile(r'"(Project|Report|POT|PO|Last|Language-Team|Generated|MIME)[\w-]*: ')
_TAG = re.compile(r"</?\w+>")

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
