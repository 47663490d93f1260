"""An arm of a paired design: what is changed in it."""

from typing import Any

from poruka.scenario.scenario import Scenario
from poruka.utils.toml_data import StrictModel


class Arm(StrictModel):
    """One side of a comparison: what is changed, left out and made to happen in the scenario both
    share.
    """

    change: dict[str, float | str] = {}
    off: list[str] = []
    happen: list[dict[str, Any]] = []

    def apply_to(self, scenario: Scenario) -> Scenario:
        """Return the scenario with this arm's changes."""
        scenario = scenario.change(dict(self.change)).without(*self.off)
        for one in self.happen:
            scenario = scenario.intervene(
                one["date"], **{key: value for key, value in one.items() if key != "date"}
            )
        return scenario
