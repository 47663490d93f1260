"""Persons change the style of a regime and not its class (T004, C22).

1. Over all pairs of five countries, putting another country's president into one moves the shares
   of the three groups less than half as far as putting its society there.
2. No president makes another group the most frequent one; some societies do.
3. In a start like that of a country of near peoples used to one-man rule there is no war in nearly
   all worlds whoever is its president; in the start that the text has at war, nearly all have war
   whoever he is, and few with another's society.
4. The style does change: with Russia's president Kazakhstan's house is ended by force in most
   worlds and Russia's with Kazakhstan's in hardly any, while nearly all worlds stay in group 3.
   With the price of style and what goes with it from donor worlds that is gone by half.
5. Smarter or duller, blunt or cautious, the same start stays in its group; another country's start
   does not.

Power: shares of ten worlds a pair have an error of 0.16, the means over twenty pairs of 0.03; 40
worlds tell shares 0.3 apart.
"""

import functools
import itertools

import numpy as np
import pytest

import poruka as pk
from poruka.scenario.scenario import Scenario

SEED = 1614
COUNTRIES = ("azerbaijan", "estonia", "kazakhstan", "moldova", "russia")
PEACE = (("camps.clash", 0.0),)
STYLE = ("price_of_style", "risk_of_going_first", "early_or_late", "manner_in_conflict")
NEAR_PEOPLES = (
    ("start.society.camps_apart", 0.15),
    ("start.society.minority_share", 0.2),
    ("start.society.solidarity", 0.85),
    ("start.society.autocratic_custom", 0.85),
    ("start.society.kin_acceptance", 0.85),
)


def page_of(country: str, page: str) -> tuple:
    """Return a page of start values of a country, as changes."""
    values = getattr(pk.load(country, numbers="declared").start(), page)._asdict()
    return tuple((f"start.{page}.{key}", value) for key, value in values.items())


@functools.cache
def outcomes(country: str, change: tuple = (), worlds: int = 40, donors: tuple = ()):
    """Return the outcomes of worlds of a country with changed start values."""
    scenario: Scenario = pk.load(country, numbers="declared").change(dict(change))
    scenario = scenario.with_channels(dict.fromkeys(donors, "donor"))
    return pk.simulate(scenario, worlds=worlds, seed=SEED, progress=False).outcomes


def groups(country: str, change: tuple = (), worlds: int = 10) -> np.ndarray:
    """Return the shares of worlds in the three groups."""
    found = outcomes(country, change, worlds)["furman_group"]
    return np.array([(found == group).mean() for group in (1, 2, 3)])


@functools.cache
def exchanges(page: str) -> tuple[list[float], int]:
    """Return how far each exchange of a page moves the shares, and how many turn the modal one."""
    moved, turned = [], 0
    for recipient, donor in itertools.permutations(COUNTRIES, 2):
        own, given = groups(recipient), groups(recipient, page_of(donor, page))
        moved.append(float(np.abs(given - own).sum() / 2.0))
        turned += int(given.argmax() != own.argmax())
    return moved, turned


@pytest.mark.slow
def test_a_president_moves_the_class_less_than_a_society():
    """Proposition 1."""
    of_president, of_society = (np.mean(exchanges(page)[0]) for page in ("president", "society"))
    assert of_president < 0.5 * of_society


@pytest.mark.slow
def test_no_president_makes_another_class_of_a_country():
    """Proposition 2."""
    assert exchanges("president")[1] == 0 < exchanges("society")[1]


def test_no_president_brings_war_or_peace():
    """Proposition 3."""
    for donor in ("estonia", "russia"):
        president = page_of(donor, "president")
        near = outcomes("soviet_republic", NEAR_PEOPLES + president, 20)
        assert (near["wars"] > 0).mean() < 0.1, donor
        at_war = outcomes("azerbaijan", president, 20)
        assert (at_war["wars"] > 0).mean() > 0.75, donor
        society = page_of(donor, "society")
        assert (outcomes("azerbaijan", society, 20)["wars"] > 0).mean() < 0.25, donor


@pytest.mark.slow
def test_a_president_changes_the_style():
    """Proposition 4."""
    spans = {}
    for donors in ((), STYLE):
        force = {}
        for country in ("kazakhstan", "russia"):
            for person in ("kazakhstan", "russia"):
                found = outcomes(country, PEACE + page_of(person, "president"), 40, donors)
                force[country, person] = (found["first_dissolution_how"] == "force_ended").mean()
        spans[donors] = (
            force["kazakhstan", "russia"]
            - force["kazakhstan", "kazakhstan"]
            + force["russia", "russia"]
            - force["russia", "kazakhstan"]
        ) / 2.0
        if not donors:
            assert force["kazakhstan", "russia"] > 0.5 and force["russia", "kazakhstan"] < 0.1
    assert abs(spans[STYLE]) < 0.5 * spans[()]
    exchanged = outcomes("russia", PEACE + page_of("kazakhstan", "president"), 40)
    assert (exchanged["furman_group"] == 3).mean() > 0.8


@pytest.mark.xfail(
    strict=True,
    reason="not reproduced with all pieces together: one trait moves the third group from"
    " 90 to 63 % of worlds",
)
def test_traits_leave_the_class_as_it_is():
    """Proposition 5."""
    shares = []
    for caution, foresight, impulsiveness in ((0.9, 0.9, 0.1), (0.9, 0.1, 0.1), (0.1, 0.1, 0.9)):
        traits = (
            ("start.president.caution", caution),
            ("start.president.foresight", foresight),
            ("start.president.impulsiveness", impulsiveness),
        )
        shares.append(groups("kazakhstan", PEACE + traits, 30)[2])
    assert max(shares) - min(shares) < 0.2 and min(shares) > 0.7
    assert groups("estonia", PEACE, 30)[2] < min(shares) - 0.5, "the class can be another"
