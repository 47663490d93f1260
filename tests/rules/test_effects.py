"""What each number does.

1. Every parameter that declares a quantity moves it, in the declared direction, when raised from
   near its lower to near its upper bound.
2. Effects declared as reversing change sign between the lower and the upper half of the range.
3. The list of measured effects, `reference/effects.csv`, says what the declarations say. Of these
   effects every twentieth is tested each time, all in the long campaigns.
4. The same holds of the columns of the table of instruments, each raised and lowered as a whole;
   none is left unmeasured.
5. The same holds of the start values of a country (`start.president.age`), each given near either
   end of its range; those that move nothing are listed here by name.

Paired worlds (same seeds on both sides) give the test its power: each declared effect was at least
five standard errors on other seeds (see `benchmarks/measure_effects.py`), so a true one is missed
with a chance below 0.01 at the bound of two and a half used here.
"""

import csv
import math
import zlib
from pathlib import Path

import pytest
from worlds import kazakhstan

from poruka.analysis.effect_contexts import scenario_in_context
from poruka.analysis.parameter_effects import (
    declared_effect,
    measure_column_effect,
    measure_parameter_effect,
    t_statistics,
    value_pairs_around_default,
)
from poruka.engine.declarations import NONE_DETECTED, NOT_MEASURED
from poruka.engine.instrument_columns import instrument_columns
from poruka.engine.parameters import parameters, start_values

WORLDS, SEED, BOUND = 40, 4_200, 2.5
# What acts only in rare moments needs more worlds to be seen.
FAINT = {
    "succession.agreement": 300,
    "crisis.rounds": 400,
    "abroad.west_fear": 250,
    "citizens.silence": 250,
    "opposition.magnet": 250,
    "citizens.wish_for_hand": 100,
    "citizens.futility": 120,
    "parliament.crisis": 100,
    "president.untried": 100,
    "president.alarm": 100,
    "president.agreement": 100,
}


# What `benchmarks/measure_effects.py` found, on other seeds than those of this test.
LISTING = Path(__file__).parents[1] / "reference" / "effects.csv"
ROWS = {row["key"]: row for row in csv.DictReader(LISTING.read_text().splitlines())}
LISTED = {key: row for key, row in ROWS.items() if not key.startswith("instruments.")}
COLUMNS = {
    name: ROWS[f"instruments.{name}"]
    for name in instrument_columns()
    if f"instruments.{name}" in ROWS
}
MOVING_COLUMNS = [name for name, row in COLUMNS.items() if row["quantity"]]
DECLARED = {**parameters(), **{f"start.{key}": one for key, one in start_values().items()}}
MEASURED = [key for key, one in DECLARED.items() if one.effect not in (NONE_DETECTED, NOT_MEASURED)]
UNSEEN_STARTS = {
    "start.scale.citizens": "a size of the sample: half or twice as many give the same",
    "start.scale.clients": "a size of the sample, likewise",
    "start.scale.deputies": "room for deputies beside those of the house, which has fewer",
}
"""Start values that move nothing in the countries looked at, with the reason."""
# By name, so that the sample stays the same when another number comes or goes.
EVERY_20TH = {key for key in MEASURED if key in LISTED and zlib.crc32(key.encode()) % 20 == 0}


def pairs(key: str, context: str) -> int:
    """Return the paired worlds in which the effect should be five standard errors."""
    usual = WORLDS if context == "usual" else 2 * WORLDS
    if key not in LISTED:
        return FAINT.get(key, usual)
    row = LISTED[key]
    strength = min(abs(float(row["found"])), abs(float(row["confirmed"])))
    return max(usual, math.ceil(int(row["worlds"]) * (5.0 / strength) ** 2))


def test_what_is_listed_is_what_is_declared():
    """Proposition 3."""
    assert set(LISTED) <= set(DECLARED)
    for key, row in LISTED.items():
        assert row["quantity"] or DECLARED[key].effect == NONE_DETECTED, key
        assert not row["quantity"] or declared_effect(DECLARED[key]) == (
            row["quantity"],
            row["direction"],
            row["context"],
        )
    none = {key for key, one in DECLARED.items() if one.effect == NONE_DETECTED}
    assert none <= set(LISTED), "an effect that is not detected has been looked for"


def test_every_start_value_has_an_effect_or_a_reason():
    """Proposition 5."""
    starts = {key: one.effect for key, one in DECLARED.items() if key.startswith("start.")}
    assert NOT_MEASURED not in starts.values()
    assert {key for key, effect in starts.items() if effect == NONE_DETECTED} == set(UNSEEN_STARTS)


def test_what_is_listed_of_columns_is_what_is_declared():
    """Proposition 4."""
    assert len(ROWS) == len(LISTED) + len(COLUMNS)
    for name, column in instrument_columns().items():
        row = COLUMNS[name]
        effect = f"{row['quantity']} {row['direction']}" if row["quantity"] else NONE_DETECTED
        assert column.effect == effect, name


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.slow if number % 20 else [])
        for number, name in enumerate(MOVING_COLUMNS)
    ],
)
def test_a_column_moves_what_it_declares(name):
    """Proposition 4."""
    row = COLUMNS[name]
    strength = min(abs(float(row["found"])), abs(float(row["confirmed"])))
    worlds = max(WORLDS, math.ceil(int(row["worlds"]) * (5.0 / strength) ** 2))
    moved = t_statistics(measure_column_effect(kazakhstan(), name, worlds, SEED))[row["quantity"]]
    assert (moved if row["direction"] == "+" else -moved) > BOUND, f"{name}: {moved:.1f}"


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(key, marks=pytest.mark.slow if key in set(LISTED) - EVERY_20TH else [])
        for key in MEASURED
    ],
)
def test_a_parameter_moves_what_it_declares(key):
    """Propositions 1, 2 and 5."""
    quantity, direction, context = declared_effect(DECLARED[key])
    scenario = scenario_in_context(kazakhstan(), context)
    worlds = pairs(key, context)
    if direction == "reverses":
        lower, upper = (
            t_statistics(measure_parameter_effect(scenario, key, worlds, SEED, values=values))[
                quantity
            ]
            for values in value_pairs_around_default(DECLARED[key])
        )
        assert lower * upper < 0.0 and min(abs(lower), abs(upper)) > BOUND, (
            f"{key} should move {quantity} both ways: {lower:.1f}, {upper:.1f} standard errors"
        )
        return
    moved = t_statistics(measure_parameter_effect(scenario, key, worlds, SEED))[quantity]
    sign = 1.0 if direction == "+" else -1.0
    assert sign * moved > BOUND, (
        f"raising {key} should move {quantity} {direction}; it moves it by {moved:.1f} standard"
        " errors"
    )
