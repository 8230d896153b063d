"""How the stand-in behaves as a whole: well, or as Slack does on each kind of bad day. All is said as one fault for
every method, beside which those of single methods still come first."""

from bot.practice.model import Fault

WELL = "well"
MOODS: dict[str, Fault | None] = {
    WELL: None,
    "slow": Fault(delay=2.5),
    "limited": Fault(status=429, retry_after=5),
    "failing": Fault(status=500),
    "silent": Fault(delay=30.0, status=500),
}
"""By name: what becomes of each call of the bot."""
