"""A PDF shows names and comments of any script as their readers write them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from bot.documents.pages import Pages
from bot.runtime import logs
from tests.builders import utc
from tests.command_line import logging_as_before

MADE_AT = utc("2026-11-23T09:00")


def drawn(folder: Path, *names: str, comments: Sequence[str] = (), language: str = "en") -> pypdfium2.PdfPage:
    """The first page of a PDF with those headings, and a table of the comments."""
    pdf = Pages("Title", names[0] if names else "Ana", "made today · page", MADE_AT, language)
    pdf.add_page()
    for name in names:
        pdf.heading(name)
    if comments:
        pdf.grid(["By", "Comment"], [["Ana", comment] for comment in comments], (30, 40))
    pdf.output(str(folder / "drawn.pdf"))
    return pypdfium2.PdfDocument((folder / "drawn.pdf").read_bytes())[0]


def text_of(page: pypdfium2.PdfPage) -> str:
    return str(page.get_textpage().get_text_range())


NAMES = [
    ("שרה כהן", "שרהכן"),
    ("محمد بن سلمان", "محدسلان"),
    ("山田 太郎 さん", "山田太郎さん"),
    ("王小明 體", "王小明體"),
    ("김철수", "김철수"),
    ("\u1100\u1175\u11b7", "김"),
    ("สมหญิง", "สมหญง"),
    ("प्रिया शर्मा", "परयशम"),
    ("রহিম", "রহম"),
    ("தமிழ்ச்செல்வி", "தமழசலவ"),
    ("తెలుగు", "తలగ"),
    ("සුනිල්", "සනල"),
    ("សុខា", "សខ"),
    ("မြန်မာ", "မနမ"),
    ("አበበ", "አበ"),
    ("Ελένη Дмитрий Աննա ნინო ລາວ", "ΕДԱნລ"),
    ("Zoe\u0308 Łukasz", "ëŁ"),
]
"""Each with letters that are drawn one by one, not piled up."""


def test_letters_of_every_script_are_drawn(tmp_path: Path) -> None:
    text = text_of(drawn(tmp_path, *(name for name, _ in NAMES)))
    assert "�" not in text
    assert [name for name, letters in NAMES if not set(letters) <= set(text)] == []


def test_readers_of_japanese_read_characters_as_they_are_written_in_japan(tmp_path: Path) -> None:
    """直 has another form in China. What isn't used in Japan has a form nevertheless."""
    assert "直 勤怠 𠮷 们" in text_of(drawn(tmp_path, "直 勤怠 𠮷 们", language="ja"))
    assert fonts_of(tmp_path) == {"MPLUS1", "DroidSansFallback", "DejaVuSansBook"}
    drawn(tmp_path, "直", language="de-AT")
    assert fonts_of(tmp_path) == {"DroidSansFallback", "DejaVuSansBook"}


def test_the_line_at_the_bottom_is_drawn_in_its_script(tmp_path: Path) -> None:
    pdf = Pages("Title", "Ana", "作成 2026/11/23 · ページ", MADE_AT, "ja")
    pdf.add_page()
    pdf.output(str(tmp_path / "drawn.pdf"))
    assert "作成 2026/11/23 · ページ 1" in text_of(pypdfium2.PdfDocument((tmp_path / "drawn.pdf").read_bytes())[0])


def fonts_of(folder: Path) -> set[str]:
    """The names of the fonts of that PDF's first page, without the letters before the plus."""
    page: Any = PdfReader(folder / "drawn.pdf").pages[0]
    fonts = page["/Resources"]["/Font"]
    return {str(font.get_object()["/BaseFont"]).partition("+")[2] for font in fonts.values()}


@pytest.mark.parametrize("name", ["שרה כהן", "محمد بن سلمان"])
def test_hebrew_and_arabic_run_from_right_to_left(tmp_path: Path, name: str) -> None:
    assert _places(drawn(tmp_path, name), name[0], name[4]) == "second first"
    assert _places(drawn(tmp_path, "Ana Ruiz"), "A", "R") == "first second"


def test_numbers_inside_hebrew_are_where_they_are_read(tmp_path: Path) -> None:
    page = drawn(tmp_path, "הגעתי 1530 רכבת")
    assert _places(page, "ה", "1") == "second first"
    assert _places(page, "1", "5") == "first second"
    assert _places(page, "1", "ר") == "second first"


def _places(page: pypdfium2.PdfPage, first: str, second: str) -> str:
    """Which of the two letters is drawn further left."""
    texts = page.get_textpage()
    text = texts.get_text_range()
    left = {letter: texts.get_charbox(text.index(letter))[0] for letter in (first, second)}
    return "first second" if left[first] < left[second] else "second first"


def test_arabic_letters_join(tmp_path: Path) -> None:
    joined, apart = (_gaps(drawn(tmp_path, name)) for name in ("محمد", "\u200c".join("محمد")))
    assert (joined, apart) == (0, 3)


def _gaps(page: pypdfium2.PdfPage) -> int:
    """How many white stripes there are between the strokes of the heading."""
    image = page.render(scale=4).to_pil().convert("L")
    heading = image.crop((0, 110, image.width, 210))
    inked = [min(heading.getpixel((x, y)) for y in range(heading.height)) < 128 for x in range(heading.width)]
    inside = "".join(".#"[column] for column in inked).strip(".")
    return len(inside.replace(".", " ").split()) - 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [("🌴 Max", "� Max"), ("☀️ Max", "☀ Max"), ("👩‍👩‍👧 Max", "Max"), ("\u202eevil", "�evil"), ("Persian می‌روم", "روم")],
)
def test_a_letter_without_a_font_leaves_the_others(tmp_path: Path, name: str, shown: str) -> None:
    assert shown in text_of(drawn(tmp_path, name, comments=[name]))


@settings(max_examples=5)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=300), min_size=20, max_size=20))
@example(["\u2067a\u2069\u2069\u2066 1 (\u05d0] 2)\n\n\u0301", "\u0e33\u0e49" * 60, "\u05d0 1 b " * 200, "", " "])
def test_any_text_can_be_printed(tmp_path_factory: pytest.TempPathFactory, typed: list[str]) -> None:
    page = drawn(tmp_path_factory.mktemp("pdf"), "Ana", *typed, comments=typed)
    assert "Ana" in text_of(page)


def test_making_a_pdf_writes_nothing_into_the_log(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with logging_as_before():
        logs.configure("debug", "text")
        drawn(tmp_path, "Ana", "山田", "🌴", comments=["שרה"])
        logging.getLogger("bot").info("the log works")
    assert capfd.readouterr().err.count("\n") == 1


def test_no_text_is_too_long_or_too_odd_for_a_pdf(tmp_path: Path) -> None:
    """Two comments of 1,950 characters each: words, one word, lines, and signs, of which a library's recursion had
    enough once any letter around them joined."""
    for comment in (
        "word " * 390,
        "W" * 1950,
        "漢字" * 975,
        "\n" * 1950,
        "-" * 1950,
        "\u0308" + "=" * 1949,
        "مر" + "-" * 1948,
    ):
        assert text_of(drawn(tmp_path, comments=[f"{comment}\n{comment}", "مر"]))
