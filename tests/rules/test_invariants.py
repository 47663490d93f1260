"""What holds in every world, wherever in the space of parameters it lies.

1. Every field stays inside the range it is declared with, and none is ever not a number.
2. There is one ruler: the first seat is always taken, and nobody is both in prison and abroad.
3. Seats are conserved: as many deputies sit as the house has seats, none when there is no house.
4. Property is conserved: what is left of the state's assets never grows, and no fortune is
   negative.
5. A dismissed or jailed man holds no post.
"""

import numpy as np
import pytest
from worlds import kazakhstan, out_of_range, play

from poruka.engine.kinds import Post, Role, Stance
from poruka.engine.parameters import parameters, start_values

# Sizes and lengths are left alone: they make worlds slower, not stranger. Off-scale values of whole
# numbers are rounded by the rules.
FIXED = {f"start.{key}" for key in start_values() if key.startswith("scale.")}


def random_point(draw: np.random.Generator) -> dict[str, float]:
    """Return values for all parameters and start values, anywhere in their ranges."""
    point = {}
    for key, one in [
        *parameters().items(),
        *((f"start.{key}", one) for key, one in start_values().items()),
    ]:
        if key not in FIXED:
            point[key] = float(draw.uniform(one.low, one.high))
    return point


def check(world, where: str) -> None:
    """Assert all invariants on one state."""
    assert not out_of_range(world), f"{where}: {out_of_range(world)[:5]}"
    contenders, parliament = world.contenders, world.parliament[0]
    assert contenders.active[Role.RULER], f"{where}: nobody rules"
    assert not (contenders.jailed & contenders.exiled).any(), (
        f"{where}: somebody is in prison and abroad"
    )
    seated = int(world.deputies.seated.sum())
    assert (seated > 0) == bool(parliament.sits), (
        f"{where}: {seated} deputies, house sits: {parliament.sits}"
    )
    assert seated <= int(parliament.seats), (
        f"{where}: {seated} deputies on {parliament.seats} seats"
    )
    assert (world.oligarchs.wealth >= 0.0).all() and (world.family.wealth >= 0.0).all(), (
        f"{where}: a negative fortune"
    )
    out = (world.oligarchs.stance == Stance.PRISONER) | (world.oligarchs.stance == Stance.EXILE)
    assert not (out & (world.oligarchs.post == Post.PREMIER)).any(), (
        f"{where}: a prisoner is premier"
    )


@pytest.mark.parametrize("points", [500, pytest.param(2000, marks=pytest.mark.slow)])
def test_invariants_hold_at_random_points(points):
    """Propositions 1 to 5 on whole runs at points of all parameters and start values at once. At a
    few of them more happens than there is space for events; the world is then stopped and counts as
    failed, whatever else is right in it.
    """
    draw, stopped = np.random.default_rng(20260), 0
    for number in range(points):
        scenario = kazakhstan().change(random_point(draw))
        buffer = play(scenario, seed=5, world=number, months=int(draw.integers(1, 179)))
        stopped += int(buffer.world.clock[0].told) > len(buffer.world.events)
        check(buffer.world, f"point {number}")
        assert np.isfinite(buffer.series).all(), f"point {number}: an index is not a number"
    assert stopped <= points // 200


@pytest.mark.parametrize("worlds", [15, pytest.param(40, marks=pytest.mark.slow)])
def test_invariants_hold_in_every_month_of_default_worlds(worlds):
    """The same, month by month."""
    from poruka.simulation.regime import Regime

    for number in range(worlds):
        regime = Regime(kazakhstan(), seed=6, world=number)
        left = 1.0
        for _ in range(178):
            regime.step()
            check(regime.world, f"world {number} in {regime.date}")
            now = float(regime.world.economy[0].assets_left)
            assert now <= left + 1e-12, f"world {number} in {regime.date}: the state's assets grew"
            left = now


@pytest.mark.parametrize(
    "key",
    [
        "start.scale.oligarchs",
        "start.scale.regions",
        "start.scale.deputies",
        "start.scale.citizens",
        "start.scale.clans",
        "start.scale.outlets",
        "start.scale.commanders",
        "start.scale.parties",
    ],
)
def test_the_smallest_and_a_large_scale_can_be_played(key):
    """Sizes at their lower bound and at four times the usual one give whole worlds."""
    one = start_values()[key.removeprefix("start.")]
    for value in (one.low, min(one.high, 4.0 * one.value)):
        check(
            play(kazakhstan().change({key: value}), seed=7, world=0, months=178).world,
            f"{key} = {value:g}",
        )
