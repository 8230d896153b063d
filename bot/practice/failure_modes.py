"""How the practice Slack behaves: well, slow, limited, failing or silent.

Each mode is one fault for all methods. Faults set for single methods come first."""

from bot.practice.model import Fault

WELL = "well"
MOODS: dict[str, Fault | None] = {
    WELL: None,
    "slow": Fault(delay=2.5),
    "limited": Fault(status=429, retry_after=5),
    "failing": Fault(status=500),
    "silent": Fault(delay=30.0, status=500),
}
"""By name: the fault for each call of the bot."""
