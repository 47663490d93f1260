"""Builds the scenario of each point of an experiment from its country, context and factors."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from poruka.analysis.arm import SharedContext
from poruka.analysis.factors import Factor
from poruka.engine.parameters import main_parameters, parameters, start_values
from poruka.rules.instrument_numbers import given_instrument_numbers
from poruka.scenario.number_draws import NumberDraws
from poruka.scenario.scenario import Scenario, load
from poruka.utils.errors import BadInput, unknown_name_error


def expand_pages(factors: Iterable[Factor]) -> list[Factor]:
    """Return the factors with every ``page`` replaced by one factor for each number on that page.

    A page whose numbers are moved ``together`` stays one factor, with the name of the page.

    The page ``rules`` has every number of the rules, their indices and the initial state. The page
    ``instruments`` has the numbers that stand in the table of instruments;
    ``instruments.I54`` has those of one instrument, ``instruments.strength`` or
    ``instruments.against`` those of one column or group of columns.

    Examples
    --------
    >>> [factor.label for factor in expand_pages([Factor(page="choice")])]
    ['choice.temper']
    >>> len(expand_pages([Factor(page="instruments")]))
    626
    """
    expanded: list[Factor] = []
    for factor in factors:
        if not factor.page:
            expanded.append(factor)
            continue
        keys = _keys_on_page(factor.page)
        if not keys:
            pages = sorted(
                {key.split(".")[0] for key in parameters()}
                | {f"start.{key.split('.')[0]}" for key in start_values()}
                | {"instruments", "rules"}
            )
            raise unknown_name_error(
                "page", factor.page, pages, "a factor", f"pages are {', '.join(pages)}."
            )
        if others := sorted(factor.model_fields_set & {"key", "keys", "happens", "levels", "name"}):
            raise BadInput(
                f"a factor has the page {factor.page!r} and also {', '.join(others)}; a page stands"
                " for one factor for each of its numbers, so give one or the other."
            )
        if factor.together:
            expanded.append(
                factor.model_copy(update={"page": "", "name": factor.page, "keys": keys})
            )
            continue
        expanded += [factor.model_copy(update={"page": "", "key": key}) for key in keys]
    return expanded


def _keys_on_page(page: str) -> list[str]:
    if page == "rules":
        return list(main_parameters())
    prefix = page + "."
    if prefix.startswith("instruments."):
        wanted = page.split(".")[1:]
        # Either the instrument is left out of a key before it is compared with the page, or not.
        parts = {key: key.split(".")[1:] for key in given_instrument_numbers()}
        return [
            key
            for key, names in parts.items()
            if wanted in (names[: len(wanted)], names[1 : 1 + len(wanted)])
        ]
    return [
        key
        for key in (*parameters(), *(f"start.{key}" for key in start_values()))
        if key.startswith(prefix) and key.count(".") == prefix.count(".")
    ]


class ScenarioBuilder:
    """Builds the scenario of a point: country, shared context, then each factor in order."""

    def __init__(
        self,
        scenario: str,
        context: SharedContext,
        factors: Iterable[Factor],
        folder: Path = Path(),
    ):
        self.scenario = scenario
        self.context = context
        self.factors = tuple(factors)
        self.folder = folder
        self._base_scenarios: dict[str, Scenario] = {}

    def base_scenario(self, name: str = "") -> Scenario:
        """Return a country (a name, or a file beside the experiment) with the shared context."""
        name = name or self.scenario
        if name not in self._base_scenarios:
            beside = self.folder / name
            scenario = load(beside if name.endswith(".toml") and beside.is_file() else name)
            try:
                self._base_scenarios[name] = self.context.apply_to(scenario)
            except BadInput as error:
                raise BadInput(f"[context]: {error}") from None
        return self._base_scenarios[name]

    def worlds_each(self) -> int:
        """Return how many worlds share a draw of the numbers, the same in all countries.

        Raises
        ------
        BadInput
            When countries differ in it, so that their worlds are not paired by draw.
        """
        named = {level.scenario for factor in self.factors for level in factor.levels}
        sizes = set()
        for name in {"", *named}:
            draws = self.base_scenario(name).parameter_draws
            sizes.add(draws.worlds_each if isinstance(draws, NumberDraws) else 1)
        if len(sizes) > 1:
            raise BadInput(
                "the countries of the experiment share draws of the numbers among different"
                f" numbers of worlds ({', '.join(map(str, sorted(sizes)))}); say the same for all,"
                ' such as context = { numbers = "record:2" }.'
            )
        return sizes.pop()

    def __call__(self, point: Mapping[str, Any]) -> Scenario:
        factors = [factor for factor in self.factors if factor.label in point]
        level_scenarios = [
            factor.get_level(point[factor.label]).scenario for factor in factors if factor.levels
        ]
        named = [name for name in level_scenarios if name]
        scenario = self.base_scenario(named[-1] if named else "")
        calendar = self.base_scenario()
        pending: dict[str, Any] = {}
        for factor in factors:
            value = point[factor.label]
            if factor.scenario_keys and not factor.levels:
                # Numbers are set together: one by one, a thousand of them take half a second.
                pending |= factor.settings(value, calendar)
                continue
            if pending:
                scenario, pending = scenario.change(pending), {}
            scenario = factor.apply_to(scenario, value, calendar)
        return scenario.change(pending) if pending else scenario
