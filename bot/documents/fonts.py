"""The fonts of a PDF: one for most of the world, and one for each other script, loaded when a text needs it.

All may be shipped freely; their licences are in the same folder.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import TTFFont

FOLDER = Path(__file__).parent / "fonts"
FAMILY = "Sans"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
VARIATION_SELECTORS = range(0xFE00, 0xFE10)
RIGHT_TO_LEFT = ("R", "AL")
MARK = "\N{LEFT-TO-RIGHT MARK}"
MOST_WITHOUT_DIRECTION = 400
"""Signs in a row: the library looks for the next letter by recursion, and would not come back from much more."""

for library in ("fontTools", "fpdf"):  # they warn about fonts that are fine
    logging.getLogger(library).setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Script:
    """Letters that the main font doesn't have, as ranges of code points, and the font that has them."""

    file: str
    ranges: tuple[tuple[int, int], ...]

    def covers(self, char: str) -> bool:
        """Whether the letter belongs to this script."""
        return any(first <= ord(char) <= last for first, last in self.ranges)


def _noto_script(name: str, *ranges: tuple[int, int]) -> Script:
    return Script(f"NotoSans{name}-Regular.ttf", ranges)


_EAST_ASIA = ((0x2E80, 0xA4CF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF))
JAPANESE = Script("Mplus1-Regular.otf", (*_EAST_ASIA, (0x20000, 0x2FA1F)))
"""For readers of Japanese, who write many characters otherwise than in China. It has no others than they use."""
SCRIPTS = (
    Script("DroidSansFallback.ttf", _EAST_ASIA),  # Chinese, Japanese, Korean
    _noto_script("Thai", (0x0E00, 0x0E7F)),
    _noto_script("Devanagari", (0x0900, 0x097F), (0xA8E0, 0xA8FF)),
    _noto_script("Bengali", (0x0980, 0x09FF)),
    _noto_script("Gurmukhi", (0x0A00, 0x0A7F)),
    _noto_script("Gujarati", (0x0A80, 0x0AFF)),
    _noto_script("Tamil", (0x0B80, 0x0BFF)),
    _noto_script("Telugu", (0x0C00, 0x0C7F)),
    _noto_script("Kannada", (0x0C80, 0x0CFF)),
    _noto_script("Malayalam", (0x0D00, 0x0D7F)),
    _noto_script("Sinhala", (0x0D80, 0x0DFF)),
    _noto_script("Myanmar", (0x1000, 0x109F)),
    _noto_script("Ethiopic", (0x1200, 0x139F)),
    _noto_script("Khmer", (0x1780, 0x17FF), (0x19E0, 0x19FF)),
)


class Fonts:
    """Gives a PDF the fonts that its texts need, for readers of a language."""

    def __init__(self, pdf: FPDF, language: str) -> None:
        self._pdf = pdf
        self._scripts = (JAPANESE, *SCRIPTS) if language.partition("-")[0] == "ja" else SCRIPTS
        self._loaded: dict[str, TTFFont] = {}
        self._load(FAMILY, "DejaVuSans.ttf")

    def prepare(self, text: str) -> str:
        """The text as it can be drawn, with � for each letter that no font has. Loads the fonts that it needs."""
        composed = unicodedata.normalize("NFC", text)
        drawable = "".join(self._drawable(char) for char in composed if ord(char) not in VARIATION_SELECTORS)
        if not self._pdf.text_shaping and any(map(_needs_shaping, drawable)):
            self._pdf.set_text_shaping(True)
        return "".join(_with_marks(drawable))

    def _drawable(self, char: str) -> str:
        if char == "\n":
            return char
        if unicodedata.category(char) == "Cf" and char not in JOINERS:
            return REPLACEMENT  # it could change the direction of the text around it
        for script in self._scripts:
            if script.covers(char) and ord(char) in self._font_of(script).cmap:
                return char
        return char if any(ord(char) in font.cmap for font in self._loaded.values()) else REPLACEMENT

    def _font_of(self, script: Script) -> TTFFont:
        if script.file not in self._loaded:
            self._load(script.file, script.file)
            self._pdf.set_fallback_fonts([name for name in self._loaded if name != FAMILY], exact_match=False)
        return self._loaded[script.file]

    def _load(self, family: str, file: str) -> None:
        self._pdf.add_font(family, "", str(FOLDER / file))
        font = self._pdf.fonts[family.lower()]
        assert isinstance(font, TTFFont)
        self._loaded[family] = font


def _with_marks(text: str) -> Iterator[str]:
    """The text with an invisible letter here and there in long rows of signs, such as lines of dashes."""
    signs = 0
    for char in text:
        signs = 0 if unicodedata.bidirectional(char) in ("L", *RIGHT_TO_LEFT) else signs + 1
        if signs > MOST_WITHOUT_DIRECTION:
            signs = 0
            yield MARK
        yield char


def _needs_shaping(char: str) -> bool:
    """Whether letters join, run from right to left or combine: in Arabic, Hebrew, Indic scripts and Thai, and with
    accents."""
    return (
        unicodedata.bidirectional(char) in RIGHT_TO_LEFT
        or unicodedata.category(char) in ("Mn", "Mc")
        or any(script.covers(char) for script in SCRIPTS[1:])
    )
