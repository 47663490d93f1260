"""Arms of a paired design."""

from typing import Any

from pydantic import Field

from poruka.scenario.scenario import Scenario
from poruka.utils.errors import BadInput, unknown_name_error
from poruka.utils.toml_data import StrictModel

INTERVENTION_KEYS = ("date", "force", "forbid", "allow")
"""What one entry of ``happen`` may have."""


class Arm(StrictModel):
    """One arm of a comparison: the changes, disabled mechanisms and interventions it adds to the
    shared scenario.
    """

    change: dict[str, float | str] = {}
    off: list[str] = []
    happen: list[dict[str, Any]] = []

    def apply_to(self, scenario: Scenario) -> Scenario:
        """Return the scenario with the changes of this arm."""
        if self.change:
            scenario = scenario.change(dict(self.change))
        if self.off:
            scenario = scenario.without(*self.off)
        for intervention in self.happen:
            for key in intervention:
                if key not in INTERVENTION_KEYS:
                    raise unknown_name_error(
                        "key",
                        key,
                        INTERVENTION_KEYS,
                        "an intervention",
                        f"it has {', '.join(INTERVENTION_KEYS)}.",
                    )
            if "date" not in intervention or len(intervention) < 2:
                raise BadInput(
                    f"the intervention {intervention!r} needs a date, such as"
                    ' date = "1998-10", and one of force, forbid and allow.'
                )
            actions = {key: value for key, value in intervention.items() if key != "date"}
            for key, ids in actions.items():
                if not isinstance(ids, str | list):
                    raise BadInput(
                        f"the intervention of {intervention['date']} has {key} = {ids!r}; give a"
                        ' list of ids, such as ["president.dies"].'
                    )
            scenario = scenario.intervene(intervention["date"], **actions)
        return scenario


class SharedContext(Arm):
    """What all arms of an experiment share; ``numbers`` says where those of the rules come from,
    where that is not what the scenario says.
    """

    numbers: str = ""

    def apply_to(self, scenario: Scenario) -> Scenario:
        """Return the scenario with these numbers and changes."""
        return super().apply_to(scenario.with_draws(self.numbers) if self.numbers else scenario)


class ForkedArm(Arm):
    """An arm that can also change a world's state, from a moment of its history on."""

    fork: list[dict[str, Any]] = []

    def apply_to(self, scenario: Scenario) -> Scenario:
        """Return the scenario with the changes and forks of this arm."""
        scenario = super().apply_to(scenario)
        for fork in self.fork:
            try:
                scenario = scenario.fork(**fork)
            except TypeError:
                raise BadInput(
                    "a fork has at, change, without, force, forbid, allow, shocks, and needs `at`;"
                    f" this one has {', '.join(fork)}."
                ) from None
        return scenario


class FactorLevel(ForkedArm):
    """One level of a factor without numbers: a counterfactual, a mechanism off, another country."""

    label: str = Field(min_length=1)
    scenario: str = ""
