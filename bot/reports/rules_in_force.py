"""Which limits hold for whom on which day: by the office of the clock-in, the agreements, and the person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.rules.agreements import Agreements, with_agreements
from bot.rules.packs import Limits, Pack, pack_for
from bot.workspaces import workspace_settings
from storage import offices, working_conditions
from storage.database import Transaction
from storage.pairs import Scope
from storage.working_conditions import WorkingConditions

NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """The workspace's pack, those of offices with a country of their own (None: there is no pack), and the people of
    whom something is known."""

    workspace: Pack | None
    offices: Mapping[str, Pack | None]
    people: Mapping[str, WorkingConditions]

    @property
    def packs(self) -> list[Pack]:
        """Every pack that holds somewhere."""
        return [pack for pack in (self.workspace, *self.offices.values()) if pack is not None]

    @property
    def in_use(self) -> list[Limits]:
        """Every pack's limits, and those for minors where somebody may be one."""
        has_minors = any(person.adult_from for person in self.people.values())
        return [*self.packs, *(pack.of_minors for pack in self.packs if has_minors)]

    def limits(self, user_id: str, day: date, office_id: str | None) -> Limits:
        """Of a work date that began at that office."""
        pack = self.offices.get(office_id, self.workspace) if office_id else self.workspace
        if pack is None or (person := self.people.get(user_id)) is None:
            return pack or NO_LIMITS
        if person.exempt:
            return NO_LIMITS
        return pack.of_minors if _is_minor(person, day) else pack

    def night_people(self) -> set[str]:
        """Those whose nights are looked at: night workers, and everybody who was once too young."""
        of_minors = any(pack.of_minors.forbidden_night for pack in self.packs)
        return {
            user_id
            for user_id, person in self.people.items()
            if not person.exempt and (person.night_worker or (of_minors and person.adult_from))
        }


def rules_in_force(tx: Transaction, scope: Scope) -> RulesInForce | None:
    """What holds for the people of the scope. None where no office has a pack, nor the workspace."""
    chosen = workspace_settings.in_force(tx, scope.workspace_id)
    own = _pack(chosen.country, chosen.region, chosen.agreements)
    others = {
        office.office_id: _pack(office.country, office.region, chosen.agreements)
        for office in offices.all_of(tx.connection, scope.workspace_id)
        if office.country is not None
    }
    if own is None and not any(others.values()):
        return None
    people = working_conditions.of_people(tx.connection, scope.workspace_id, scope.user_ids)
    return RulesInForce(own, others, people)


def _pack(country: str | None, region: str | None, agreements: Agreements | None) -> Pack | None:
    pack = pack_for(country, region)
    return with_agreements(pack, agreements) if pack else None


def _is_minor(person: WorkingConditions, day: date) -> bool:
    return person.adult_from is not None and day < person.adult_from
