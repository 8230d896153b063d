"""Sentences for missing permissions, and for settings that can't be made."""

from __future__ import annotations

from markupsafe import Markup

from bot import errors
from bot.calendar.time_zones import cities_for, similar_zones
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.markup import code, mention, sentence
from bot.wording.refusal_parts import Sentences, quoted, says
from bot.wording.typed_refusals import did_you_mean
from storage import errors as ledger

MOST_REGIONS = 60


def _forbidden(refused: errors.Forbidden, reader: Reader) -> Markup:
    who = refused.user_id if reader.in_chat else None
    if who and reader.is_you(who):
        return sentence(_("You can't do this with your own records. Ask an admin to do it."))
    said = {
        "clock in and out": (
            _("You can't clock {who} in or out. Managers can for their own team, admins for everyone."),
            _("You can't clock other people in or out. Managers can for their own team, admins for everyone."),
        ),
        "add a record": (
            _("You can't add records for {who}. Managers can for their own team, admins for everyone."),
            _("You can't add records for other people. Managers can for their own team, admins for everyone."),
        ),
        "see events and reports": (
            _("You can't see {who}'s records. Managers see their own team, admins see everyone."),
            _("You can't see other people's records. Managers see their own team, admins see everyone."),
        ),
        "change": (
            _("You can't change {who}'s records. Managers can for their own team, admins for everyone."),
            _("You can't change this record. Managers can for their own team, admins for everyone."),
        ),
        "delete and restore": (
            _("You can't delete or restore {who}'s records. Managers can for their own team, admins for everyone."),
            _("You can't delete or restore this record. Managers can for their own team, admins for everyone."),
        ),
        "approve periods": (
            _("You can't approve {who}'s records. Managers can for their own team, admins for everyone."),
            _("You can't approve other people's records. Managers can for their own team, admins for everyone."),
        ),
        "ask for a correction": (
            _("You can't ask for corrections for {who}. Managers can for their own team, admins for everyone."),
            _("You can't ask for corrections for other people. Managers can for their own team, admins for everyone."),
        ),
        "answer corrections as the employer": (
            _("You can't answer this for {who}. Managers can for their own team, admins for everyone."),
            _("You can't answer this for other people. Managers can for their own team, admins for everyone."),
        ),
        "undo an entry of the last minutes": (
            _("You can't undo this for {who}. Managers can for their own team, admins for everyone."),
            _("You can't undo this for other people. Managers can for their own team, admins for everyone."),
        ),
    }
    of_admins = _("Only admins can change teams, offices, settings, tokens and webhooks. Ask an admin to do it.")
    of_person, of_others = said.get(refused.operation, (of_admins, of_admins))
    return sentence(of_person if who else of_others, who=mention(who or ""))


def _beyond_token(refused: errors.BeyondToken, reader: Reader) -> Markup:
    said = {
        "people": _("This token doesn't include this person. Ask the admin who made it for another one."),
        "days": _("This token reads {first} to {last}. Ask for days within that."),
        "details": _(
            "This token doesn't include comments, addresses, deleted records, findings and changes. "
            "Ask the admin who made it if you need them."
        ),
        "anything else": _("This token only reads attendance records. Use another one for this."),
    }[refused.of]
    return sentence(said, first=refused.first.isoformat(), last=refused.last.isoformat())


def _invalid_reach(refused: errors.InvalidReach, reader: Reader) -> Markup:
    said = {
        "people": _("Choose whose records it may read, or everyone."),
        "both": _("Everyone is chosen above. Choose these people alone, or leave this empty."),
        "days": _("The last day is before the first. Choose a later last day."),
        "reason": _("Enter why this token is needed, in up to 500 characters."),
        "expiry": _("A token that only reads works for 1 to 30 days. Enter a number of days."),
    }[refused.of]
    return sentence(said)


def _not_an_employee(refused: errors.NotAnEmployee, reader: Reader) -> Markup:
    you = reader.is_you(refused.user_id)
    if you and refused.kind == "guest" and refused.asked == "anything":
        return sentence(
            _("I only keep hours of full members, and you have a guest account. Ask an admin to change that.")
        )
    said = {
        "guest": (
            _("Guest accounts can't clock in. Ask an admin to make you a full member."),
            _("{who} has a guest account, and guests can't clock in. Choose a full member."),
        ),
        "bot": (
            _("Bots can't clock in. Use a person's account."),
            _("{who} is a bot, and bots can't clock in. Choose a person."),
        ),
        "deactivated": (
            _("Your account is deactivated. Ask an admin to activate it again."),
            _("{who}'s account is deactivated. Choose somebody else."),
        ),
    }[refused.kind]
    return sentence(said[0] if you else said[1], who=mention(refused.user_id))


def _role_beyond_person(refused: errors.RoleBeyondPerson, reader: Reader) -> Markup:
    in_chat, typed = {
        "admin": (
            _("{who} isn't an admin. Choose another access, or make them an admin in the settings first."),
            _("{user_id} isn't an admin. Run <code>attendance admin add {user_id}</code> first, or lower --role."),
        ),
        "manager": (
            _("{who} doesn't manage a team. Choose another access, or make them a team's manager first."),
            _("{user_id} doesn't manage a team. Use <code>attendance team set</code> first, or lower --role."),
        ),
    }[refused.role]
    said = in_chat if reader.in_chat else typed
    return sentence(said, who=mention(refused.user_id), user_id=refused.user_id)


def _not_full_members(refused: errors.NotFullMembers, reader: Reader) -> Markup:
    kinds = {"bot": _("bot"), "guest": _("guest"), "deactivated": _("deactivated")}
    named = ", ".join(f"{name} ({kinds[kind]})" for name, kind in refused.people.values())
    return sentence(_("{people} can't be chosen. Choose full members of this workspace."), people=named)


def _invalid_name(refused: errors.InvalidName, reader: Reader) -> Markup:
    said = {
        "team": _("This name can't be used. A team's name needs 1 to {longest} characters, on one line."),
        "office": _("This name can't be used. An office's name needs 1 to {longest} characters, on one line."),
        "office id": _("This id can't be used. Use up to {longest} letters, digits, dots, - or _, for example hq."),
        "token": _("This name can't be used. A token's name needs 1 to {longest} characters, on one line."),
    }[refused.what]
    return sentence(said, longest=refused.longest)


def _not_readable(refused: errors.NotReadable, reader: Reader) -> Markup:
    said, *examples = {
        "working hours": (
            _("I couldn't read {words} as working hours. Try {example}."),
            "mon-fri 09:00-17:00",
        ),
        "break kinds": (
            _(
                "I couldn't read {words} as kinds of breaks. Give each a name and whether it's paid, for example "
                "{example}."
            ),
            "lunch unpaid 30, coffee paid 15",
        ),
        "signature period": (
            _("I couldn't read {words} as a period to sign. Enter {example}, two weeks or {other}."),
            "week",
            "month",
        ),
        "weekly time": (_("I couldn't read {words} as a time of the week. Try {example}."), "mon 09:00"),
        "hours": (
            _("I couldn't read {words} as a number of hours. Enter up to 24, for example {example}, or {other}."),
            "10",
            "no",
        ),
        "days": (
            _("I couldn't read {words} as a number of days. Enter one like {example}, or {other} for any age."),
            "7",
            "no",
        ),
        "corrections": (
            _("I couldn't read {words} as a way of correcting records. Choose {example}, request or {other}."),
            "direct",
            "both",
        ),
        "years": (
            _(
                "I couldn't read {words} as a number of years. Enter up to 100, for example {example}, or {other} to "
                "keep records forever."
            ),
            "4",
            "no",
        ),
        "agreement": (
            _(
                "I couldn't read {words} as an agreement. Enter a rule, minutes or none, and what allows it: {example} "
                "or {other}."
            ),
            'daily_rest 600 "TV X §4"',
            'day none "36 agreement"',
        ),
        "expiry": (
            _("{words} can't be the last day. Enter a day like {example}, or a number of days like {other}."),
            "2027-01-31",
            "90",
        ),
    }[refused.kind]
    return sentence(said, words=quoted(refused.words), example=code(examples[0]), other=code(examples[-1]))


def _name_taken(refused: ledger.NameTaken, reader: Reader) -> Markup:
    said = {
        ("office", False): _("There's already an office {name}. Choose another name, or change that one."),
        ("office", True): _("There's an archived office {name}. Bring it back, or choose another name."),
        ("office id", False): _("There's already an office with the id {name}. Choose another id."),
        ("office id", True): _("There's an archived office with the id {name}. Bring it back, or choose another id."),
        ("team", False): _("There's already a team {name}. Choose another name, or change that one."),
        ("team", True): _("There's an archived team {name}. Bring it back, or choose another name."),
    }[refused.what, refused.is_archived]
    return sentence(said, name=quoted(refused.name))


def _unknown_user(refused: ledger.UnknownUser, reader: Reader) -> Markup:
    if reader.in_chat:
        return sentence(_("I can't find {who} in this workspace. Choose somebody else."), who=mention(refused.user_id))
    return sentence(_("There's nobody with the id {user_id} here. Check the id."), user_id=refused.user_id)


def _unknown_zone(refused: errors.UnknownZone, reader: Reader) -> Markup:
    if not refused.name:
        return sentence(_("The time zone is empty. Use a name like Europe/Berlin."))
    if cities := cities_for(refused.name):
        said = sentence(
            _("{name} is an abbreviation, not a city, so I can't tell its clock changes."), name=quoted(refused.name)
        )
        return Markup("{} {}").format(said, did_you_mean(cities))
    said = sentence(_("{name} isn't a time zone."), name=quoted(refused.name))
    if likely := similar_zones(refused.name):
        return Markup("{} {}").format(said, did_you_mean(likely))
    return Markup("{} {}").format(said, sentence(_("Use a name like Europe/Berlin.")))


def _unknown_country(refused: errors.UnknownCountry, reader: Reader) -> Markup:
    said = sentence(_("I don't know the public holidays of {words}."), words=quoted(refused.words))
    if refused.likely:
        return Markup("{} {}").format(said, did_you_mean(refused.likely))
    way_on = _("Use a country's code, for example {example}, or leave it empty and add your own days.")
    return Markup("{} {}").format(said, sentence(way_on, example=code("DE")))


def _unknown_region(refused: errors.UnknownRegion, reader: Reader) -> Markup:
    if not refused.known:
        said = _("{country} has no regions that I know, so leave the region empty.")
        return sentence(said, country=refused.country)
    said = _("I don't know a region {words} of {country}. Use one of these, or leave it empty: {known}.")
    shown = ", ".join(refused.known[:MOST_REGIONS]) + ("…" if len(refused.known) > MOST_REGIONS else "")
    return sentence(said, words=quoted(refused.words), country=refused.country, known=shown)


SENTENCES: Sentences = {
    errors.Forbidden: _forbidden,
    errors.BeyondToken: _beyond_token,
    errors.InvalidReach: _invalid_reach,
    errors.HiddenTeam: lambda refused, reader: sentence(
        _("You can't see the team {name}. Managers see their own teams, admins see everyone."),
        name=quoted(refused.name),
    ),
    errors.NotAnEmployee: _not_an_employee,
    errors.OtherWorkspace: says(
        lambda: _("I only keep hours for members of this workspace. Ask an admin to install me in yours.")
    ),
    errors.RoleBeyondPerson: _role_beyond_person,
    errors.NotFullMembers: _not_full_members,
    errors.NotAppointed: lambda refused, reader: sentence(
        _("{who} wasn't appointed here. Change the workspace's own admins in its settings."),
        who=mention(refused.user_id),
    ),
    errors.InvalidName: _invalid_name,
    errors.NotReadable: _not_readable,
    ledger.NameTaken: _name_taken,
    errors.IsArchived: lambda refused, reader: sentence(
        _("{name} is archived. Bring it back first."), name=quoted(refused.name)
    ),
    ledger.UnknownTeam: lambda refused, reader: sentence(
        _("There's no team {name}. Check its name."), name=quoted(refused.name)
    ),
    ledger.ArchivedOffice: says(
        lambda: _("The office {office_id} is archived. Choose another one, or ask an admin to bring it back."),
        "office_id",
    ),
    errors.ChangedMeanwhile: lambda refused, reader: sentence(
        _("Somebody else just changed {name}. Open the form again to see the latest."), name=quoted(refused.name)
    ),
    errors.UnknownGroup: says(lambda: _("There's no user group {group_id} here. Choose another one."), "group_id"),
    errors.UnknownZone: _unknown_zone,
    errors.UnknownCountry: _unknown_country,
    errors.UnknownRegion: _unknown_region,
    errors.RegionWithoutCountry: lambda refused, reader: sentence(
        _("The region {words} needs its country. Fill in both, or none."), words=quoted(refused.words)
    ),
    errors.NotAnOwnDay: lambda refused, reader: sentence(
        _("The day of {line} is in another line too. Change one of them.")
        if refused.is_twice
        else _("I couldn't read {line}. Use a date, whole, half or none, and a name, for example {example}."),
        line=quoted(refused.line),
        example=code("2026-12-24 half Christmas Eve"),
    ),
    errors.InvalidWebhook: says(lambda: "The address {why}.", "why"),  # programs alone meet it
    errors.KeyReused: says(
        lambda: _("The Idempotency-Key {key} was used for another request in the last 24 hours. Use a new one."), "key"
    ),
    errors.TooManySheets: says(
        lambda: _("A workbook with a sheet for each person holds {most} people at most. Choose fewer, or one sheet."),
        "most",
    ),
    errors.DirectoryUnavailable: says(lambda: _("The chat isn't answering right now. Please try again in a minute.")),
    ledger.UnknownUser: _unknown_user,
    ledger.UnknownOffice: says(lambda: _("There's no office {office_id}. Choose another one."), "office_id"),
    ledger.UnknownToken: says(lambda: _("There's no active token {token_id}. Check the list of tokens."), "token_id"),
    ledger.UnknownWebhook: says(
        lambda: _("There's no webhook {webhook_id}. Check the list of webhooks."), "webhook_id"
    ),
}
