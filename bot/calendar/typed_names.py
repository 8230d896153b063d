"""Names of people among typed words, without `@`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.calendar.words import Word, alike, words_of

_LIKE_A_NAME = 0.8


def people_named(words: Sequence[Word], names: Mapping[str, str]) -> Iterator[tuple[tuple[str, ...], int]]:
    """The people whose full or first name the words begin with, with or without `for` before it, and how many words
    that takes. The longest names come first, misspelled ones last."""
    before = 1 if words and words[0].form == "for" else 0
    forms = [word.as_typed.removeprefix("@") for word in words[before:]]
    found: dict[tuple[bool, int], dict[str, float]] = {}
    for user_id, name in names.items():
        if not forms or (name[:1].isascii() and name[:1].isalnum() and name[0].lower() not in forms[0][:2]):
            continue  # rules out most of ten thousand names quickly
        whole = [word.form for word in words_of(name)]
        for called in {tuple(whole), tuple(whole[:1])} - {()}:
            likeness = _likeness(" ".join(forms[: len(called)]), " ".join(called)) if len(forms) >= len(called) else 0
            if likeness >= _LIKE_A_NAME:
                found.setdefault((likeness == 1, len(called)), {})[user_id] = likeness
    for (_is_exact, count), likely in sorted(found.items(), reverse=True):
        best = [user_id for user_id, likeness in likely.items() if likeness > max(likely.values()) - 0.1]
        yield tuple(sorted(best, key=lambda user_id: (names[user_id], user_id))), before + count


def _likeness(typed: str, called: str) -> float:
    """From 0 to 1; 0 at once if they can't be alike."""
    if typed == called:
        return 1
    is_far = min(len(typed), len(called)) * 2 < _LIKE_A_NAME * (len(typed) + len(called))
    return 0 if is_far or len(set(typed) - set(called)) > 1 + len(typed) // 5 else alike(typed, called)
