"""Arms of a paired design."""

from typing import Any

from poruka.scenario.scenario import Scenario
from poruka.utils.toml_data import StrictModel


class Arm(StrictModel):
    """One arm of a comparison: the changes, disabled mechanisms and interventions it adds to the
    shared scenario.
    """

    change: dict[str, float | str] = {}
    off: list[str] = []
    happen: list[dict[str, Any]] = []

    def apply_to(self, scenario: Scenario) -> Scenario:
        """Return the scenario with the changes of this arm."""
        scenario = scenario.change(dict(self.change)).without(*self.off)
        for intervention in self.happen:
            actions = {key: value for key, value in intervention.items() if key != "date"}
            scenario = scenario.intervene(intervention["date"], **actions)
        return scenario
