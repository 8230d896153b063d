"""Words in Japanese text, which has no spaces between them: `昨日の17時半に退勤しました`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence

from bot.calendar.tokens import Token
from bot.calendar.words import WORD, form_of

_HALF = {"午前": " am", "午後": " pm", "朝": " am", "今朝": " am", "夕方": " pm", "夜": " pm"}
_ONES = "一二三四五六七八九"
_NUMBER = rf"(?:[{_ONES}]?十[{_ONES}]?|[〇零{_ONES}]|\d{{1,2}})"
_OCLOCK = (
    r"(午前|午後|今?朝(?=(?:[5-9五六七八九]|1[01]|十一?)時)|夕方(?=[3-7三四五六七]時)|夜(?=(?:[6-9六七八九]|1[01]|十一?)時))?"
    rf"({_NUMBER})(?:時(?!間)(?:({_NUMBER})分(?!前|後)|(半))?|:(\d{{2}}))"
)
_NEAR = "ごろ|ころ|頃|くらい|ぐらい|過ぎ|すぎ|前"
_TIME = re.compile(rf"{_OCLOCK}(?P<after>ちょうど|に|から|より|まで|の|[、,]|{_NEAR})?")
_SPAN = re.compile(rf"{_OCLOCK}(?:から|[〜～~–-])(?:翌朝|翌日|翌)?{_OCLOCK}(?:まで)?[にの]?")
_PARTS_OF_A_TIME = 5
_AFTER = r"(?:に|の|[、,]|だけ|を?(?:し|取り|とり|いただき)ます(?=$|[\s。!]))?"
_LENGTH = re.compile(rf"(?:(\d{{3}}|{_NUMBER})時間(半)?)?(?:(\d{{3}}|{_NUMBER})分間?)?(前|後)?{_AFTER}")
_ENOUGH = re.compile(r"十分(?![間前後])")
_DATE = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(?:(\d{1,2})日)?[にのは、,]?")
_LAST_FEW = re.compile(r"(?:過去|直近|ここ)(\d{1,3})(日|週|か月|ヶ月|カ月)間?の?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FEW = {"日": "days", "週": "weeks"}
_PARTICLE = re.compile(r"(?:には|では|にも|から|まで|[にのはをでもへ、。])")
_JAPANESE = re.compile("[\u3005-\u30ff\u3400-\u9fff〜～]")
_BEFORE = {"に": "at ", "から": "since ", "より": "since ", "まで": "until "}


class Japanese:
    """Finds the known words of a text, and the times, days and lengths in it."""

    def __init__(self, words: Collection[str], commands: Collection[str]) -> None:
        said, done = (
            "|".join(map(re.escape, sorted(some, key=len, reverse=True))) or r"(?!)" for some in (words, commands)
        )
        # 今日 isn't a word of 今日子, which is a name; and 出勤しません isn't 出勤
        self._word = re.compile(
            rf"((?:{done})(?=$|[\s\d、。,.!?「@]|{_NUMBER}[時分]|午前|午後)"
            rf"|(?:{said})(?=$|[\s\d、。,.!?「@]|{_PARTICLE.pattern}|{_NUMBER}[時分]|過去|直近|午前|午後|{said}|{done}))[?!]*"
        )

    def __call__(self, text: str) -> list[Token]:
        """The words. Those with a form in English have it already; particles after them have an empty one."""
        plain, found = _plain(text), list[Token]()
        for match in WORD.finditer(text):
            if match[1]:
                found.append(Token(match.start(), match.end(), "\0", match[1]))
            elif not _JAPANESE.search(match[0]):
                found.append(Token(match.start(), match.end(), form_of(match[0])))
            else:
                found += self._within(plain, match.start(), match.end())
        return [token for token in found if token.form or token.english is not None]

    def _within(self, plain: str, at: int, end: int) -> Iterator[Token]:
        """The words between two spaces."""
        follows = False
        while at < end:
            token = self._known(plain, at) or (_particle(plain, at) if follows else None)
            follows = token is not None
            if token is None:
                unknown = self._end_of_unknown(plain, at, end)
                token = Token(at, unknown, form_of(plain[at:unknown]))
            yield token
            at = token.end

    def _known(self, plain: str, at: int) -> Token | None:
        is_in_a_number = at > 0 and plain[at - 1].isnumeric()
        for read in () if is_in_a_number else (_span, _time, _last_few, _length, _date):
            if token := read(plain, at):
                return token
        word = self._word.match(plain, at)
        return Token(at, word.end(), word[0]) if word else None

    def _end_of_unknown(self, plain: str, at: int, end: int) -> int:
        at += 1
        while at < end and not (plain[at] in "、。" or self._known(plain, at)):
            at += 1
        return at


def _plain(text: str) -> str:
    """With plain digits and letters, each at its place."""
    signs = (unicodedata.normalize("NFKC", sign) if sign not in "〜～" else sign for sign in text)
    return "".join(new if len(new) == 1 else old for old, new in zip(text, signs, strict=True))


def _span(plain: str, at: int) -> Token | None:
    found = _SPAN.match(plain, at)
    if not found or any(_is_of_either_half(found.groups()[at:]) for at in (0, _PARTS_OF_A_TIME)):
        return None
    parts = found.groups()
    start, end = _clock(parts[:_PARTS_OF_A_TIME]), _clock(parts[_PARTS_OF_A_TIME:])
    return Token(at, found.end(), found[0], english=f"{start}-{end}")


def _time(plain: str, at: int) -> Token | None:
    found = _TIME.match(plain, at)
    if not found:
        return None
    after = found["after"] or ""
    if found[0] in ("一時", "一時の", "一時、", "一時,"):  # which is `for a while`
        return None
    parts = found.groups()[:_PARTS_OF_A_TIME]
    if _is_of_either_half(parts):
        at_night = f"{_number(parts[1] or '')}:{_minutes(parts):02}"
        return Token(at, found.end(), found[0], english=f"either {at_night} am or {at_night} pm")
    before = "around " if after in _NEAR.split("|") else _BEFORE.get(after, "")
    return Token(at, found.end(), found[0], english=before + _clock(parts))


def _clock(parts: Sequence[str | None]) -> str:
    half_of_day, hour = parts[:2]
    return f"{_number(hour or '')}:{_minutes(parts):02}{_HALF[half_of_day] if half_of_day else ''}"


def _minutes(parts: Sequence[str | None]) -> int:
    _half_of_day, _hour, minutes, half, typed = parts
    return 30 if half else _number(minutes or typed or "0")


def _is_of_either_half(parts: Sequence[str | None]) -> bool:
    """`午前12時` is noon to some and midnight to others."""
    return parts[0] in ("午前", "午後") and _number(parts[1] or "") == 12


def _number(typed: str) -> int:
    """`25`, `二十五`"""
    if typed.isdecimal():
        return int(typed)
    tens, ten, ones = typed.rpartition("十")
    return 10 * (_ONES.find(tens) + 1 if tens else 1 if ten else 0) + _ONES.find(ones or "〇") + 1


def _last_few(plain: str, at: int) -> Token | None:
    found = _LAST_FEW.match(plain, at)
    if not found:
        return None
    return Token(at, found.end(), found[0], english=f"last {found[1]} {_FEW.get(found[2], 'months')}")


def _length(plain: str, at: int) -> Token | None:
    """`30分`, `1時間半`, `10分前`"""
    found = _LENGTH.match(plain, at)
    if not found or not (found[1] or found[3]) or _ENOUGH.match(plain, at):
        return None
    minutes = 60 * _number(found[1] or "0") + (30 if found[2] else 0) + _number(found[3] or "0")
    said = f"{minutes // 60} hours" if minutes % 60 == 0 and minutes else f"{minutes} minutes"
    said = f"{said} ago" if found[4] == "前" else f"in {said}" if found[4] == "後" else said
    return Token(at, found.end(), found[0], english=said)


def _date(plain: str, at: int) -> Token | None:
    """`11月3日`, `2026年10月`, `10月`. The last two are ranges."""
    found = _DATE.match(plain, at)
    if not found or not 1 <= int(found[2]) <= len(_MONTHS):
        return None
    year, month, day = found.groups()
    if day:
        said = f"{int(day)} {_MONTHS[int(month) - 1]}" + (f" {year}" if year else "")
    else:
        said = f"{year}-{int(month):02}" if year else _MONTHS[int(month) - 1]
    return Token(at, found.end(), found[0], english=said)


def _particle(plain: str, at: int) -> Token | None:
    """After a known word. `から` is `to` where `まで` follows later."""
    found = _PARTICLE.match(plain, at)
    if not found:
        return None
    between = found[0] == "から" and "まで" in plain[found.end() :]
    return Token(at, found.end(), found[0], english="to" if between else "")
