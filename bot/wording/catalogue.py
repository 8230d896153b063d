"""Looks sentences up in the reader's language. So far there is only the language they are written in."""

from __future__ import annotations

from gettext import NullTranslations

_translations = NullTranslations()
_ = _translations.gettext
ngettext = _translations.ngettext
