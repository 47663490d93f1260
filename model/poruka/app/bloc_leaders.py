"""Since when each bloc has the leader it has, noted while a world is simulated month by month."""

from dataclasses import dataclass, field

from poruka.engine.kinds import Current
from poruka.simulation.regime import Regime


@dataclass
class LeaderRecord:
    """Leaders of the blocs of one world, each with the month from which he leads.

    The state holds who leads a bloc but not since when, and no event tells of a change.

    Attributes
    ----------
    leaders : dict
        Row of the movements to the oligarch who leads there and his first month.

    Examples
    --------
    >>> record, regime = LeaderRecord(), Regime("kazakhstan", seed=1)
    >>> regime.step()
    >>> record.note(regime)
    >>> record.leaders
    {}
    """

    leaders: dict[int, tuple[int, int]] = field(default_factory=dict)

    def note(self, regime: Regime) -> None:
        """Note who leads in the month that was simulated last."""
        month, contenders = regime.month - 1, regime.world.contenders
        for row, movement in enumerate(regime.world.movements):
            if row < Current.FIRST_BLOC or not movement.active:
                self.leaders.pop(row, None)
                continue
            person = int(contenders[int(movement.contender)].person)
            if row not in self.leaders or self.leaders[row][0] != person:
                self.leaders[row] = (person, month)

    def since(self, row: int) -> int | None:
        """Return the month from which the leader of a bloc leads; None where nobody noted it."""
        return self.leaders[row][1] if row in self.leaders else None

    def copy(self) -> "LeaderRecord":
        """Return a record that goes on by itself, for a branch."""
        return LeaderRecord(dict(self.leaders))
