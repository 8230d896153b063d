"""A day in the practice workspace, from the first clock-in to a deletion undone."""

from __future__ import annotations

from bot.people.teams_and_offices import set_office, set_team
from bot.permissions import Caller, Role, Via
from bot.runtime.services import Services
from storage.database import open_database
from tests.conftest import WORKSPACE, Clock, RunningBot
from tests.slack.conftest import People, buttons, labels

ANA, BEN, MARCO, ADA = "U0ANA", "U0BEN", "U0MARCO", "U0ADA"


async def set_the_scene(bot: RunningBot, people: People, clock: Clock) -> None:
    """An office in Berlin, and Marco as manager of Ana and Ben. The bot knows all of them."""
    for user_id in (ANA, BEN, MARCO, ADA):
        await people.type(user_id, "/attendance")
    database = await open_database(bot.settings.database_url, clock=clock)
    try:
        services = Services(database, directory=None)  # type: ignore[arg-type]  # nobody is left to be met
        admin = Caller(WORKSPACE, ADA, Via.CLI, Role.ADMIN)
        await set_office(services, admin, "hq", "Berlin Mitte", "Europe/Berlin")
        await set_team(services, admin, "Support", [MARCO], [ANA, BEN])
    finally:
        await database.close()


async def test_a_day_from_the_first_clock_in_to_a_deletion_undone(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await set_the_scene(bot, people, clock)

    # Ana comes in at an office, with a comment that would notify everybody if it were not escaped.
    answer = await people.type(ANA, "/clockin in hq good morning <!channel>")
    assert answer.visible_to == ANA
    assert answer.text == '✅ *Clocked in at 09:02.* Office: Berlin Mitte. "good morning &lt;!channel&gt;"'
    assert labels(answer) == ["Clock out", "Start a break", "Undo"]

    # Typing it twice writes nothing twice, and the answer says so.
    clock.advance(minutes=3)
    again = await people.type(ANA, "/clockin")
    assert again.text == "⚠️ You're already clocked in (since 09:02)."

    # Out by the button of the first answer, which tells the shift's length and the day's total.
    clock.set("2026-11-23T16:30")
    out = await people.press(ANA, answer, "Clock out")
    assert out is answer
    assert out.text == "✅ *Clocked out at 17:30.* Today: 8 h 28 min.\nThis week: 8 h 28 min"
    repeated = await people.press(ANA, again, "Clock out")
    assert repeated.text.startswith("⚠️ You're not clocked in. Your last clock-out: 17:30.")

    # A night shift by the form: the end is on the next day.
    view = await people.open_form(ANA)
    assert "person" not in {block["block_id"] for block in view.blocks}
    night = {"date": "2026-11-19", "start": "22:00", "end": "06:00", "office": "hq", "note": "on call"}
    told = await people.finish(ANA, view, **night)
    assert 'Thu 19 Nov, 22:00 to 06:00 the next day · 8 h. "on call"' in told.shown

    # An overlap is shown at its field, names the other record, and writes nothing.
    view = await people.open_form(ANA)
    await people.submit(ANA, view, date="2026-11-20", start="05:00", end="09:00")
    assert view.errors == {
        "start": "You already have a record on Thu 19 Nov, 22:00 to 06:00 the next day. "
        "Change the times, or ask your manager to fix that record."
    }

    # The manager's report: one row per person, headed by range, zone and total.
    report = await people.type(MARCO, "/attendance report 2026-11-16 to 2026-11-23")
    assert "Mon 16 – Mon 23 Nov" in report.shown
    assert "*16 h 28 min* · 3 people" in report.text
    (table,) = [block for block in report.blocks if block["type"] == "data_table"]
    assert [[cell["text"] for cell in row] for row in table["rows"]] == [
        ["Person", "Worked", "Days", "Records", "Entered later"],
        ["Ana Silva", "16 h 28 min", "2", "2", "1"],
        ["Ben Fischer", "0 min", "0", "0", "0"],
        ["Marco Rossi", "0 min", "0", "0", "0"],
    ]

    # Ana sees her records but no Delete; her forged press is refused.
    own = await people.type(ANA, "/attendance events 2026-11-16 to 2026-11-23")
    assert labels(own) == ["Ask for a change", "History"] * 2
    listed = await people.type(ADA, "/attendance events 2026-11-16 to 2026-11-23 @ana")
    assert labels(listed) == ["Change…", "Delete", "History"] * 2

    # The admin deletes after a question that names person, day and hours; the row says who did it.
    asked = await people.press(ADA, listed, "Delete")
    assert asked is listed
    assert "Delete <@U0ANA>'s record of Mon 23 Nov, 09:02 – 17:30 (Berlin), 8 h 28 min?" in asked.shown
    assert labels(asked) == ["Delete", "Keep"]
    button = buttons(asked)[0]
    refused = await people.press_forged(ANA, own, button["action_id"], button["value"])
    assert "delete or restore" in refused.text
    gone = await people.press(ADA, listed, "Delete")
    assert gone is listed
    assert "Deleted by Ada Clarke at 16:30" in gone.shown
    assert labels(gone) == ["Undo", "Change…", "Delete", "History"]
    notice = await people.direct_message(ANA, "deleted your record")
    assert notice.text.startswith("<@U0ADA> deleted your record: 09:02 – 17:30, 8 h 28 min.")
    assert "*8 h* · " in (await people.type(MARCO, "/attendance report this month @ana")).text

    # Undo brings it back, whole.
    back = await people.press(ADA, listed, "Undo")
    assert back is listed
    assert labels(back) == ["Change…", "Delete", "History"] * 2
    assert "*16 h 28 min* · " in (await people.type(MARCO, "/attendance report this month @ana")).text
