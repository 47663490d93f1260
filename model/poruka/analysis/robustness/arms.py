"""Arms of a page on robustness: another scale, another order of the month, a part of a mechanism
left out, a start value moved by one step of the guide.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from poruka.analysis.robustness_specification import Robustness
from poruka.engine.parameters import mechanism_groups, mechanisms, start_values
from poruka.engine.rule import Schedule
from poruka.scenario.codebook import SCALE_STEPS, read_codebook
from poruka.scenario.number_draws import NumberDraws
from poruka.scenario.scenario import Scenario
from poruka.utils.errors import BadInput, unknown_name_error

ALL = "all"
"""Stands for every part of a mechanism, or every judged start value."""
GROUPS = {
    "scale": "another scale",
    "order": "another order of the month",
    "rules": "a part of a mechanism off",
    "start": "a start value a step away",
}
"""Groups of arms: key to what they do."""
_ROUNDING = 0.00501


class RobustnessArm(NamedTuple):
    """One arm in one country.

    Attributes
    ----------
    group : str
        A key of :data:`GROUPS`; empty for the country as it is.
    name : str
        What is done; the same name in another country is the same arm.
    scenario : Scenario
    detail : str
        What it comes to in this country: values before and after, or the order of the blocks.
    """

    group: str
    name: str
    scenario: Scenario
    detail: str = ""


def build_arms(base: Scenario, plan: Robustness, seed: int) -> list[RobustnessArm]:
    """Return the arms of a country, the first of them the country as it is.

    Parameters
    ----------
    base : Scenario
    plan : Robustness
    seed : int
        Of the orders that are drawn; they are the same in all countries.

    Raises
    ------
    BadInput
        For a name that does not exist, or a value that no world can have.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> plan = Robustness(scale=["regions"], mechanisms=["M4.speaker"], start=["society.habit"])
    >>> for arm in build_arms(load("kazakhstan"), plan, seed=1)[1:]:
    ...     print(arm.group, "|", arm.name, "|", arm.detail)
    scale | regions x 0.5 | 16 to 8
    scale | regions x 2 | 16 to 32
    rules | M4.speaker off | the speaker as second peak
    start | society.habit up | 0.05 to 0.15
    """
    base = _with_draws(base, plan)
    return [
        RobustnessArm("", "as it is", base),
        *_scale_arms(base, plan),
        *_order_arms(base, plan, seed),
        *_mechanism_arms(base, plan),
        *_start_arms(base, plan),
    ]


def _with_draws(base: Scenario, plan: Robustness) -> Scenario:
    """Return a country whose draws, if it has any, are each played in several worlds: otherwise
    luck and numbers could not be told apart.
    """
    scenario = base.with_draws(plan.draws) if plan.draws else base
    draws = scenario.parameter_draws
    if isinstance(draws, NumberDraws):
        return replace(scenario, parameter_draws=replace(draws, worlds_each=plan.worlds_each))
    return scenario


def _scale_arms(base: Scenario, plan: Robustness) -> Iterator[RobustnessArm]:
    known = {key.split(".")[1] for key in start_values() if key.startswith("scale.")}
    for name in plan.scale:
        if name not in known:
            raise unknown_name_error("number of agents", name, known, "`scale` of [robustness]")
        usual = float(getattr(base.start().scale, name))
        for factor in plan.scale_factors:
            number = float(round(usual * factor))
            yield RobustnessArm(
                "scale",
                f"{name} x {factor:g}",
                base.change({f"start.scale.{name}": number}),
                f"{usual:g} to {number:g}",
            )


def divide_month(schedule: Schedule, blocks: Mapping[str, str], end: str) -> dict[str, list[str]]:
    """Return the rules of each block of a month, by the name of the block.

    Parameters
    ----------
    schedule : Schedule
    blocks : mapping of str to str
        Names of blocks to the ids of their first rules, in the order of the month.
    end : str
        The first rule that belongs to none of them any more.

    Examples
    --------
    >>> from poruka.rules.schedule import SCHEDULE
    >>> month = divide_month(SCHEDULE, {"press": "press.report"}, "clans.root")
    >>> month
    {'press': ['press.report', 'press.leak', 'beliefs.accept', 'beliefs.follow']}
    """
    ids = list(schedule.ids)
    for id in (*blocks.values(), end):
        if id not in ids:
            raise unknown_name_error("rule", id, ids, "`blocks` and `blocks_end` of [robustness]")
    places = [ids.index(id) for id in (*blocks.values(), end)]
    if places != sorted(set(places)):
        raise BadInput(
            "`blocks` of [robustness] are not in the order of the month; give the first rule of"
            " each as `poruka rules` lists them, and as `blocks_end` the one after the last."
        )
    ends = zip(places, places[1:], strict=False)
    return dict(zip(blocks, (ids[first:last] for first, last in ends), strict=True))


def draw_orders(names: Sequence[str], count: int, seed: int) -> list[list[str]]:
    """Return other orders of some names: the reverse one, then different ones that are drawn.

    Examples
    --------
    >>> draw_orders("abc", 2, seed=1)
    [['c', 'b', 'a'], ['b', 'a', 'c']]
    """
    usual, rng = list(names), np.random.default_rng((seed, 11))
    found = [usual[::-1]] if len(usual) > 1 else []
    possible = float(np.prod(np.arange(1.0, len(usual) + 1.0))) - 1.0
    while len(found) < min(count, possible):
        order = [usual[place] for place in rng.permutation(len(usual))]
        if order != usual and order not in found:
            found.append(order)
    return found[:count]


def _order_arms(base: Scenario, plan: Robustness, seed: int) -> Iterator[RobustnessArm]:
    if not plan.blocks or not plan.orders:
        return
    month = divide_month(base.rules, plan.blocks, plan.blocks_end)
    ids = list(base.rules.ids)
    first, last = ids.index(next(iter(plan.blocks.values()))), ids.index(plan.blocks_end)

    def arm(name: str, inside: list[str], detail: str) -> RobustnessArm:
        rules = base.rules.reorder([*ids[:first], *inside, *ids[last:]])
        return RobustnessArm("order", name, base.with_rules(rules), detail)

    for number, order in enumerate(draw_orders(list(month), plan.orders, seed)):
        name = "blocks reversed" if number == 0 else f"blocks in order {number + 1}"
        yield arm(name, [id for block in order for id in month[block]], ", ".join(order))
    yield arm(
        "rules reversed within blocks",
        [id for rules in month.values() for id in rules[::-1]],
        "the blocks as usual, each with its last rule first",
    )


def _mechanism_arms(base: Scenario, plan: Robustness) -> Iterator[RobustnessArm]:
    groups = mechanism_groups()
    ids = list(mechanisms()) if plan.mechanisms == [ALL] else plan.mechanisms
    for id in ids:
        if id not in groups and id not in mechanisms():
            raise unknown_name_error("mechanism", id, [*groups, *mechanisms()])
        title = mechanisms()[id].title if id in mechanisms() else "all its parts"
        yield RobustnessArm("rules", f"{id} off", base.without(*groups.get(id, (id,))), title)


def neighbouring_steps(key: str, value: float) -> dict[str, float]:
    """Return the next step of the guide above and below a judged start value.

    A value that two coders settled between two steps moves by the width of these.

    Examples
    --------
    >>> neighbouring_steps("society.habit", 0.5), neighbouring_steps("society.habit", 0.95)
    ({'up': 0.75, 'down': 0.25}, {'down': 0.85})
    >>> neighbouring_steps("society.habit", 0.38)
    {'up': 0.63, 'down': 0.13}
    """
    steps = SCALE_STEPS[read_codebook()[key].scale]
    if any(abs(value - step) <= _ROUNDING for step in steps):
        above = [step for step in steps if step > value + _ROUNDING]
        below = [step for step in steps if step < value - _ROUNDING]
        sides = {"up": above[:1], "down": below[-1:]}
    else:
        high = min((step for step in steps if step > value), default=steps[-1])
        width = high - max((step for step in steps if step < value), default=steps[0])
        moved = {"up": value + width, "down": value - width}
        sides = {
            side: [round(end, 3)] if steps[0] <= end <= steps[-1] else []
            for side, end in moved.items()
        }
    return {side: ends[0] for side, ends in sides.items() if ends}


def _start_arms(base: Scenario, plan: Robustness) -> Iterator[RobustnessArm]:
    codebook = read_codebook()
    judged = [key for key, entry in codebook.items() if entry.scale]
    for key in judged if plan.start == [ALL] else plan.start:
        if key not in judged:
            raise unknown_name_error(
                "judged start value",
                key,
                judged,
                "`start` of [robustness]",
                "what is counted has no steps.",
            )
        page, name = key.split(".")
        value = float(getattr(getattr(base.start(), page), name))
        declared = start_values()[key]
        for side, moved in neighbouring_steps(key, value).items():
            if declared.low <= moved <= declared.high:
                yield RobustnessArm(
                    "start",
                    f"{key} {side}",
                    base.change({f"start.{key}": moved}),
                    f"{value:g} to {moved:g}",
                )
