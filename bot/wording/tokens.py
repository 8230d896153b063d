"""An API token as people know it, and what came through it."""

from __future__ import annotations

from markupsafe import Markup

from bot.people.audit_entries import UsedToken
from bot.permissions import OPERATOR
from bot.wording.catalogue import _
from bot.wording.markup import mention, sentence


def name_of(token_id: str, name: str | None) -> str:
    """Its name. One without a name is known by the end of its id."""
    return name or f"…{token_id[-6:]}"


def access(role: str) -> str:
    """`employee`, in the middle of a sentence."""
    return {
        "employee": _("employee"),
        "manager": _("manager"),
        "admin": _("admin"),
        "inspector": _("inspector"),
        "representative": _("representative"),
    }[role]


def made_by(maker: str) -> Markup:
    """`made by @Eva`"""
    if maker.startswith(OPERATOR):
        return sentence(_("made by {maker} on the command line"), maker=maker.removeprefix(OPERATOR))
    return sentence(_("made by {maker}"), maker=mention(maker))


def made_in_your_name(token: UsedToken, role: str) -> Markup:
    """To the person, and whom to ask."""
    by_person = _(
        "{maker} made an access key for programs (API token <b>{token}</b>, access: {role}). What programs do with it "
        "is recorded under your name. If you don't need it, ask an admin to revoke it."
    )
    by_operator = _(
        "An admin of the bot made an access key for programs (API token <b>{token}</b>, access: {role}). What programs "
        "do with it is recorded under your name. If you don't need it, ask an admin to revoke it."
    )
    return _with_maker(token, by_person, by_operator, by_operator, role=access(role))


def made_to_read(token: UsedToken, role: str) -> Markup:
    """To the admin who answers for it."""
    by_person = _(
        "{maker} made an access key that reads attendance records (API token <b>{token}</b>, for: {role}). You answer "
        "for it. If nobody needs it, revoke it in the list of tokens."
    )
    by_operator = _(
        "An access key that reads attendance records was made on the command line (API token <b>{token}</b>, for: "
        "{role}). You answer for it. If nobody needs it, revoke it in the list of tokens."
    )
    return _with_maker(token, by_person, by_operator, by_operator, role=access(role))


def used_in_your_name(token: UsedToken) -> Markup:
    """To the person, once a day."""
    return _with_maker(
        token,
        _(
            "A program made changes in your name today, with the API token <b>{token}</b> that {maker} made. "
            "If you don't know what it does, ask them."
        ),
        _(
            "A program made changes in your name today, with the API token <b>{token}</b> that {maker} made on the "
            "command line. If you don't know what it does, ask an admin."
        ),
        _(
            "A program made changes in your name today, with the API token <b>{token}</b>. "
            "If you don't know what it does, ask an admin."
        ),
    )


def through(token: UsedToken) -> Markup:
    """`over the API, with the token Payroll that @Eva made`"""
    return _with_maker(
        token,
        _("over the API, with the token <b>{token}</b> that {maker} made"),
        _("over the API, with the token <b>{token}</b> that {maker} made on the command line"),
        _("over the API, with the token <b>{token}</b>"),
    )


def came_through(token: UsedToken) -> Markup:
    """The same as a sentence of its own, and whom to ask."""
    return _with_maker(
        token,
        _(
            "It came over the API, with the token <b>{token}</b> that {maker} made. "
            "If that's wrong, ask them to correct it."
        ),
        _(
            "It came over the API, with the token <b>{token}</b> that {maker} made on the command line. "
            "If that's wrong, ask an admin to correct it."
        ),
        _("It came over the API, with the token <b>{token}</b>. If that's wrong, ask an admin to correct it."),
    )


def _with_maker(token: UsedToken, by_person: str, by_operator: str, by_nobody_known: str, **facts: str) -> Markup:
    name, maker = name_of(token.id, token.name), token.made_by
    if maker is None:
        return sentence(by_nobody_known, token=name, **facts)
    if maker.startswith(OPERATOR):
        return sentence(by_operator, token=name, maker=maker.removeprefix(OPERATOR), **facts)
    return sentence(by_person, token=name, maker=mention(maker), **facts)
