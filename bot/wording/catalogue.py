"""Where sentences are looked up in the reader's language. There is one language so far: the one they are written in."""

from __future__ import annotations

from gettext import NullTranslations

_translations = NullTranslations()
_ = _translations.gettext
ngettext = _translations.ngettext
