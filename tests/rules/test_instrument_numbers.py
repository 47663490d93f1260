"""Every number of the table of instruments can be named, changed, moved and drawn like any other.

1. A scenario lists each number by key with its unit, range and source; a changed number, and those
   of an instrument of the user's own, too.
2. Each number and each column can be explained, with what 0 and the ends of its range mean.
3. A number takes its declared range as a factor, and the page `instruments` stands for all those
   that the table gives: of one instrument, of one column, or all.
4. An experiment screens them, one group an instrument, over their declared ranges.
5. They can be drawn: worlds of different particles have different numbers in their tables.
6. A number that the table leaves out is 0, is none of the page, and can be given.
7. The file of a scenario can set them, with the reason; it can be extended, changed and saved.
"""

from textwrap import dedent

import pytest
from worlds import kazakhstan

import poruka as pk
from poruka.analysis.factors import Factor
from poruka.analysis.scenario_builder import expand_pages
from poruka.engine.codes import SPHERES
from poruka.engine.instrument_coding import read_instrument_coding
from poruka.engine.instrument_columns import instrument_columns
from poruka.experiments.catalogue import read_experiment
from poruka.experiments.screening_plan import number_ranges, screened_factors, screening_groups
from poruka.reports.provenance_tables import external_input_table
from poruka.rules.instrument_numbers import given_instrument_numbers, instrument_numbers
from poruka.rules.instruments import instruments
from poruka.scenario.parameter_draws import ParameterDraws
from poruka.scenario.save import save, values_without_labels
from poruka.theory.explanations import explain
from poruka.utils.errors import BadInput

OWN = instruments()[7]._replace(id="X01", label="an act of the tests' own", strength=0.25)
CHANGED = {"instruments.I08.blunt": 0.5, "instruments.I08.against.camps": -0.5}


def test_a_scenario_lists_every_number_as_declared():
    """Proposition 1."""
    table = kazakhstan().keys().set_index("key")
    assert len(instrument_numbers()) == 73 * 25
    for key, one in instrument_numbers().items():
        listed = table.loc[key]
        assert (listed.kind, listed.unit, listed.source) == ("instrument", one.unit, one.source)
        assert (listed.value, listed.low, listed.high) == (one.value, one.low, one.high)


def test_changed_and_own_numbers_are_listed():
    """Proposition 1."""
    changed = kazakhstan().with_instruments(OWN).change(CHANGED)
    values = changed.keys().set_index("key")["value"]
    assert {key: values[key] for key in CHANGED} == CHANGED
    assert values["instruments.X01.strength"] == OWN.strength


def test_every_number_cites_its_instrument_and_its_column():
    """Propositions 1 and 6."""
    for one in instruments():
        for name, column in instrument_columns().items():
            key = f"instruments.{one.id}.{name}"
            number = instrument_numbers()[key]
            assert number.source.startswith(f"{' '.join(one.theses)}; column: {column.source};")
            assert number.meaning == f"{column.meaning}: {one.label}"
            is_given = key in given_instrument_numbers()
            assert number.standing == (column.standing if is_given else "assumption")
            assert is_given == ("; coded " in number.source) == ("not given" not in number.source)


@pytest.mark.parametrize("key", ["instruments.I08.blunt", "instruments.I08.against.rival"])
def test_a_number_and_its_column_can_be_explained(key):
    """Proposition 2."""
    column = instrument_columns()[key.split(".", 2)[2]]
    for text in (explain(key), explain(f"instruments.{column.name}")):
        assert column.meaning in text and column.source in text
        assert all(step in text for step in (*column.steps, *column.steps.values()))
        assert f"range {column.low:g} to {column.high:g}" in text
    with pytest.raises(BadInput, match=f"did you mean '{key}'"):
        explain(key[:-1])


def test_a_number_takes_its_declared_range_as_a_factor():
    """Propositions 3 and 6."""
    for key, one in instrument_numbers().items():
        assert Factor(key=key).bounds(kazakhstan()) == (one.low, one.high)
    own = kazakhstan().with_instruments(OWN)
    factor = Factor(key="instruments.X01.strength", within=0.5)
    factor.validate_factor(lambda _: own)
    assert factor.bounds(own) == (0.125, 0.625)
    with pytest.raises(BadInput, match=r"did you mean 'instruments\.I08\.blunt'"):
        Factor(key="instruments.I08.blunte").validate_factor(lambda _: kazakhstan())


def keys_on(page):
    """Return the keys for which a page stands."""
    return {factor.key for factor in expand_pages([Factor(page=page)])}


def test_a_page_stands_for_the_numbers_that_the_table_gives():
    """Propositions 3 and 6."""
    given = set(given_instrument_numbers())
    assert keys_on("instruments") == given and len(given) == len(read_instrument_coding())
    assert keys_on("instruments.I08") == {key for key in given if ".I08." in key}
    assert keys_on("instruments.blunt") == {key for key in given if key.endswith(".blunt")}
    assert keys_on("instruments.cost") == {key for key in given if ".cost." in key}
    assert keys_on("instruments.against.vote") == {key for key in given if ".against.vote" in key}
    with pytest.raises(BadInput, match=r"unknown page 'instruments\.I99'"):
        keys_on("instruments.I99")


EXPERIMENT = """
question = "Which of these numbers move control?"
scenario = "kazakhstan"
worlds = 8

[[factor]]
page = "instruments.I08"

[[factor]]
page = "instruments.I54"

[[outcome]]
quantity = "mean_control"

[screening]
blocks = 30
worlds = 8
"""


def test_an_experiment_screens_them(tmp_path):
    """Proposition 4: it is validated, grouped, and builds a point of all its numbers."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "experiment.toml").write_text(EXPERIMENT)
    loaded = read_experiment(tmp_path / "own" / "experiment.toml")
    factors = screened_factors(loaded.experiment, loaded.experiment.screening)
    groups = screening_groups(loaded.experiment.screening, factors)
    assert list(groups) == ["instruments.I08", "instruments.I54"]
    ranges = number_ranges(factors, loaded.scenario)
    given = given_instrument_numbers()
    assert {key: tuple(one) for key, one in ranges.items()} == {
        key: (given[key].low, given[key].value, given[key].high)
        for group in groups.values()
        for key in group
    }
    moved = loaded.builder({factor.label: ranges[factor.label][2] for factor in factors})
    assert next(one for one in moved.instruments if one.id == "I54").strength == 1.0
    assert moved.digest != loaded.scenario.digest


def test_worlds_of_different_particles_have_different_numbers():
    """Proposition 5: 16 worlds of two particles of equal weight; that all of them draw the same one
    has a chance of 2 in 65,536, and the seed is fixed.
    """
    strengths, promises = [0.25, 0.75], [-0.5, 0.5]
    keys = ("instruments.I08.strength", "instruments.I08.against.camps")
    draws = ParameterDraws.from_table(dict(zip(keys, (strengths, promises), strict=True)), [1, 1])
    drawn = kazakhstan().with_draws(draws)
    camps = 7 * len(SPHERES) + SPHERES.index("camps")
    seen = []
    for number in range(16):
        world = pk.Regime(drawn, seed=3, world=number).world
        seen.append((float(world.instruments[7].strength), float(world.aims[camps].fall)))
    assert set(seen) == set(zip(strengths, promises, strict=True))
    with pytest.raises(BadInput, match=r"instruments\.I08\.strength is 1\.5"):
        kazakhstan().with_draws(ParameterDraws.from_table({keys[0]: [0.5, 1.5]}, [1, 1]))


def test_a_number_left_out_is_nought_and_can_be_given():
    """Proposition 6."""
    left_out = set(instrument_numbers()) - set(given_instrument_numbers())
    assert len(left_out) == 73 * 25 - len(read_instrument_coding())
    assert {instrument_numbers()[key].value for key in left_out} == {0.0}
    assert "instruments.I08.against.camps" in left_out
    changed = kazakhstan().change(CHANGED)
    assert changed.instruments[7].against["camps"] == -0.5
    assert "camps" not in kazakhstan().instruments[7].against


def scenario_file(folder, value):
    """Return the file of a scenario that sets one number of an instrument."""
    path = folder / "own.toml"
    path.write_text(
        dedent(
            f"""
            extends = "kazakhstan"
            [parameters]
            "instruments.I08.blunt" = {{ value = {value}, why = "a gentler house" }}
            """
        )
    )
    return path


def test_the_file_of_a_scenario_can_set_a_number(tmp_path):
    """Proposition 7."""
    own = pk.load(scenario_file(tmp_path, 0.5))
    assert own.instruments[7].blunt == 0.5 and own.digest != kazakhstan().digest
    row = external_input_table(own).set_index("name").loc["instruments.I08.blunt"]
    assert (row["kind"], row["evidence"]) == ("instrument changed", "a gentler house")
    again = own.change({"instruments.I08.blunt": 0.25, "instruments.I08.lasting": 1.0})
    assert (again.instruments[7].blunt, again.instruments[7].lasting) == (0.25, 1.0)
    for number, one in enumerate((own, again, own.without("M3.predation"))):
        kept = pk.load(save(one, tmp_path / f"kept{number}.toml"))
        regimes = [pk.Regime(each, seed=2, world=5) for each in (one, kept)]
        for regime in regimes:
            regime.step()  # saved, a change by hand is a fork at the start
        seen = [regime.world.instruments[7].blunt for regime in regimes]
        assert seen[0] == seen[1] == one.instruments[7].blunt
    assert values_without_labels(pk.load(tmp_path / "kept0.toml")) == values_without_labels(own)


@pytest.mark.parametrize("value", [1.5, -0.5])
def test_a_number_out_of_its_range_is_refused_in_a_file(tmp_path, value):
    """Proposition 7."""
    said = rf"own\.toml \[parameters\]: instruments\.I08\.blunt is {value}; give a number between 0"
    with pytest.raises(BadInput, match=said):
        pk.load(scenario_file(tmp_path, value))
