"""Each mechanism at work, moved and knocked out (paired worlds, one seed).

1. M1: extremists are a bogey, moderates a threat (T073); without comparison it matters less who the
   rivals are (T007).
2. M2: a ruler who never acts ends no parliament and controls less (T005, T010).
3. M3: secure property delays the revolt of the rich (T041); slower privatisation does too (T040).
4. M4: a house from a managed election is tamer (T059); without hardship its end comes later (T062).
5. M5: stronger premiers are dismissed more often (T052).
6. M6: without living loyalties waves of defection are fewer (T032) and control does not fray
   (T034).
7. M7: fear of chaos supports whoever rules (T086); market and cohorts ripen society (T120).
8. M8: with appointed heads of regions more of what is ordered is done (T056).
9. M9: falls of rulers elsewhere weaken the belief that nobody else can rule (T108).
10. M10: an older ruler means a less united elite (T112), a son fewer parties of heirs (T116).
11. M12: a moderating ruler averts ethnic war (T126).
12. Every part of a mechanism, switched off, changes something.

With 150 paired worlds and effects of five standard errors or more on other seeds, a true effect is
missed with a chance below 0.01.
"""

import functools

import numpy as np
import pytest

import poruka as pk
from poruka.analysis.parameter_effects import build_quantity_table, t_statistics
from poruka.engine.parameters import mechanisms

WORLDS, SEED, BOUND = 150, 88, 2.5
FALLS = tuple(
    f"shocks.{id}" for id in ("incumbents_lose", "armenian_exit", "georgia_falls", "ukraine_rises")
)


@functools.cache
def numbers(
    changes: tuple = (), off: tuple = (), worlds: int = WORLDS, country: str = "kazakhstan"
):
    """Return the quantities of worlds under some changes and switches."""
    scenario = pk.load(country, numbers="declared").change(dict(changes)).without(*off)
    return build_quantity_table(pk.simulate(scenario, worlds=worlds, seed=SEED, progress=False))


def moved(
    quantity: str, changes: tuple = (), off: tuple = (), base: tuple = (), worlds: int = WORLDS
) -> float:
    """Return how many standard errors a change or switch moves a quantity."""
    gap = numbers(changes, off, worlds).sub(numbers(base, worlds=worlds), fill_value=0.0)
    return float(t_statistics(gap)[quantity])


@pytest.mark.xfail(
    strict=True,
    reason="not reproduced with all pieces together: radical moderates raise the strongest"
    " threat by 2 standard errors instead of lowering it, as blocs gather whoever"
    " leads them",
)
def test_moderates_are_the_danger_and_extremists_the_bogey():
    """Proposition 1."""
    organised = (("start.opposition.moderate", 0.6),)
    radical = (*organised, ("start.opposition.moderate_radicalism", 0.9))
    assert moved("mean_strongest_threat", radical, base=organised) < -BOUND
    compared, alone = (
        (numbers(radical, off) - numbers(organised, off))["mean_strongest_threat"].mean()
        for off in ((), ("M1.comparison",))
    )
    assert abs(alone) < abs(compared), (
        "without comparison the rival's radicalism should matter less"
    )


def test_a_ruler_who_never_acts_controls_less():
    """Proposition 2."""
    idle = numbers(off=("M2.choice",))
    assert idle["dissolutions"].max() == 0 and "count_instrument" not in idle
    assert moved("mean_control", off=("M2.choice",)) < -BOUND


@pytest.mark.xfail(
    strict=True,
    reason="not reproduced since fear for property counts once in a break: lawlessness moves"
    " the first break by 0.7 standard errors",
)
def test_the_rich_revolt_because_property_is_insecure():
    """Proposition 3: pace moves the first defection by a fifth of its standard deviation, of which
    600 worlds make 4.5 standard errors.
    """
    assert moved("first_defection", (("property.lawlessness", 0.0),)) > BOUND
    assert moved("first_defection", (("property.pace", 0.02),), worlds=600) > BOUND
    assert numbers(off=("M3.defection",)).get("count_wave", np.zeros(1)).max() == 0


@pytest.mark.xfail(
    strict=True,
    reason="not reproduced since the standing of the first house is that of its election: an"
    " unfree one ends later, and autonomy over all years does not fall",
)
def test_free_elections_make_proud_deputies():
    """Proposition 4."""
    assert moved("mean_parliament_autonomy", (("start.parliament.freedom", 0.1),)) < -BOUND
    assert moved("first_dissolution", (("parliament.crisis", 0.0),)) > BOUND


def test_strong_premiers_are_dismissed():
    """Proposition 5."""
    assert moved("count_dismissal", (("posts.premier_growth", 0.1),)) > BOUND


def test_living_loyalties_shield_dissent_and_wear_control_down():
    """Proposition 6."""
    assert moved("defection_waves", (("clans.solidarity", 0.0),)) < -BOUND
    assert moved("end_control", (("clans.solidarity", 0.0),)) > BOUND
    assert moved("end_control", off=("M6.rooting",)) > BOUND


def test_order_is_the_first_wish_and_society_ripens():
    """Proposition 7."""
    assert moved("mean_approval", (("citizens.fear_of_chaos", 0.0),)) < -BOUND
    assert moved("end_readiness", off=("M7.habit",)) < -BOUND


def test_appointed_heads_of_regions_deliver():
    """Proposition 8."""
    assert moved("mean_control", (("start.constitution.governors_appointed", 1.0),)) > BOUND


def test_falls_elsewhere_break_the_spell():
    """Proposition 9."""
    assert moved("mean_belief_in_alternative", off=FALLS) < -BOUND


def test_age_opens_the_fight_for_the_legacy():
    """Proposition 10."""
    old = (("start.president.age", 62.0),)
    assert moved("mean_monolith", old) < -BOUND
    # Fewer sons-in-law found parties: by 0.46 a world in 300 of another seed, with a standard error
    # of 0.06; 150 of this seed did not show it.
    one_son = (*old, ("start.family.sons", 1.0))
    assert moved("count_party", one_son, base=old, worlds=2 * WORLDS) < -BOUND


def test_moderation_averts_war():
    """Proposition 11."""
    assert moved("wars", (("camps.moderation", 0.05),)) > BOUND


def test_without_camps_there_is_no_war():
    """Proposition 11."""
    assert numbers()["wars"].max() > 0
    assert numbers(off=("M12.camps",))["wars"].max() == 0


NOTHING_MEASURED = {"M7.falsification": "2.7 standard errors at most in 40 worlds"}
"""Parts whose absence nothing shows since the pieces of the argument stand together."""


def _parts():
    for part in mechanisms():
        reason = NOTHING_MEASURED.get(part)
        marks = [pytest.mark.xfail(strict=True, reason=f"not shown: {reason}")] if reason else []
        yield pytest.param(part, marks=marks)


@pytest.mark.parametrize("part", list(_parts()))
def test_a_mechanism_switched_off_changes_something(part):
    """Proposition 12: parts that act only on an empty seat or in a crisis are tried where there are
    some, the second peak where the text finds it.
    """
    rare = part.startswith(("M10.", "M12.c", "M12.force", "M2.courts")) or part in (
        "M6.heirs",
        "M9.west",
        "M7.falsification",
        "M7.protest",
    )
    base = (
        (
            ("start.president.age", 70.0),
            ("start.president.health", 0.6),
            ("protest.threshold", 0.6),
            ("start.force.obedience", 0.45),
        )
        if rare
        else ()
    )
    if part == "M12.coup":
        base = (*base, ("crisis.plotting", 0.4))
    # The text tells of an equal in the chair of a strong parliament in Russia (T061).
    country = "russia" if part == "M4.speaker" else "kazakhstan"
    # Few crises and few handovers reach them. Clients start with about the loyalty to which patrons
    # lead them, so that to keep it moves little: nine standard errors in 160 worlds of other seeds.
    # Of itself Kazakhstan stays at home (one small crowd in 40 worlds): protest is tried where less
    # holds people back, and there it moves 3.4 standard errors in 40 worlds.
    many = {"M12.force": 160, "M10.handover": 160, "M6.pyramid": 120, "M7.protest": 120}
    worlds = many.get(part, 40)
    gap = numbers(base, (part,), worlds, country).sub(
        numbers(base, (), worlds, country), fill_value=0
    )
    off = t_statistics(gap)
    # What may never happen has no mean; its difference is no measure of an effect.
    off = off[~off.index.str.startswith("first_")]
    assert off.abs().max() > 3.5, (
        f"{part} off changes nothing that is measured: {off.abs().sort_values().tail(3).to_dict()}"
    )
