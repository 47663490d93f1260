"""What every rule, field, parameter, mechanism and thesis owes the reader.

1. A rule carries a claim; it names theses and a place in the text, or calls itself an assumption;
   its mechanism is declared.
2. A rule writes no field, and reads no field and no number, but those its source is seen to use
   (the main rules in the forced worlds of test_forced_worlds).
3. Every field is written by the start or by some rule, and every field has a unit and a meaning.
4. Every parameter is used by a rule, cites a thesis or the word assumption, and declares a tested
   effect.
5. Every start value is used by the start.
6. Every thesis is carried by a rule, a parameter or an instrument, or the map says that none
   carries it yet.
7. Every mechanism part switches some rule off or is asked for inside one.
8. No field, parameter or start value has a name that numpy's records already use.
"""

import re

import numpy as np
import pytest
from recorded_world import play_sized
from worlds import small

import rival_succession
from poruka.engine.instrument_steps import StepHeights
from poruka.engine.parameters import mechanisms, parameters, start_values
from poruka.engine.rule import STANDINGS
from poruka.engine.rule_source import find_field_usage
from poruka.engine.state import fields, tables
from poruka.rivals import RIVALS, rules_of_rivals
from poruka.rules import initial_state
from poruka.rules.instruments import instruments
from poruka.rules.schedule import SCHEDULE
from poruka.simulation.recorded_use import Recorder
from poruka.theory.theses import UNENCODED_THESES, theses, thesis_coverage

RULES = SCHEDULE.rules
STARTS = find_field_usage(initial_state.initialise_world)


@pytest.mark.parametrize("rule", (*RULES, *rules_of_rivals().values()), ids=lambda rule: rule.id)
def test_a_rule_carries_its_text(rule):
    """Proposition 1."""
    assert rule.claim.endswith(".") and len(rule.claim) > 40, (
        f"{rule.id} has no claim a reader can use"
    )
    assert rule.standing in STANDINGS
    assert rule.standing == "assumption" or (rule.theses and rule.locator), (
        f"{rule.id} names no thesis or no place"
    )
    assert set(rule.theses) <= set(theses()), f"{rule.id} names unknown theses"
    assert not rule.mechanism or rule.mechanism in mechanisms(), (
        f"{rule.id} belongs to an unknown mechanism {rule.mechanism}"
    )


def test_rule_ids_and_stream_constants_are_unique():
    """Two rules with one constant would share their random numbers."""
    assert len(set(SCHEDULE.ids)) == len(RULES)
    rules = (*RULES, *rules_of_rivals().values())
    assert len(rules) == len({rule.stream_key for rule in rules})


def test_every_field_is_written_and_described():
    """Proposition 3."""
    written = set(STARTS[1]).union(*(rule.writes for rule in RULES))
    given = {
        "shocks",
        "instruments",
        "aims",
        "interventions",
        "clock",
        "channels",
    }  # filled from the scenario and the repertoire, or by the driver
    for key, field in fields().items():
        assert field.unit and field.meaning, f"{key} has no unit or meaning"
        # What the start sets is in its range once it is set (`test_invariants.py`).
        assert field.low <= field.initial <= field.high or key in STARTS[1], (
            f"{key} starts at {field.initial}, outside its range"
        )
        assert key in written or field.table in given, f"{key} is written by nobody"


def test_every_field_is_read_somewhere():
    """A field nobody reads is a number nobody needs; indices and history are read by the driver."""
    read = set(STARTS[0]).union(*(rule.reads for rule in RULES))
    unread = [
        key
        for key, field in fields().items()
        if key not in read
        and field.table not in {"index", "history", "clock", "shocks", "channels"}
    ]
    told = {
        "citizens.choice",
        "parliament.freedom",
        "parties.clan",
        "society.pocket_parties",
    }  # shown to readers of a world
    assert set(unread) == told, sorted(set(unread) ^ told)


def test_every_parameter_is_used_and_declares_where_it_comes_from():
    """Proposition 4, first half; its second half is test_effects."""
    rules = (*RULES, *rules_of_rivals().values())
    used = {key.removeprefix("params.") for rule in rules for key in rule.parameters} | {
        key.removeprefix("params.") for key in STARTS[2]
    }
    # The heights of steps are read where the table of instruments becomes that of a world.
    used |= {f"steps.{step}" for step in StepHeights._fields}
    for key, one in parameters().items():
        assert key in used, f"parameter {key} is used by no rule"
        assert one.source == "assumption" or re.match(r"^[TC]\d", one.source), (
            f"parameter {key} cites nothing"
        )
        assert one.low <= one.value <= one.high and one.meaning and one.unit, (
            f"parameter {key} is not fully declared"
        )
        cited = set(re.findall(r"T\d{3}", one.source))
        assert cited <= set(theses()), f"parameter {key} cites unknown theses"


def test_every_start_value_is_used():
    """Proposition 5."""
    used = {key.removeprefix("start.") for key in STARTS[2]} | {
        key for key in start_values() if key.startswith("scale.")
    }
    assert set(start_values()) - used == set(), "start values nobody uses"


def test_every_thesis_is_carried_or_has_a_stated_reason():
    """Proposition 6: the map is complete in both directions; the list of theses without a carrier
    can only shrink.
    """
    empty = {
        id
        for id, one in thesis_coverage().items()
        if not (one.rules or one.parameters or one.instruments)
    }
    assert empty == set(UNENCODED_THESES), (
        "theses without a carrier and theses with a stated reason are not the same"
    )
    assert all(len(reason) > 40 for reason in UNENCODED_THESES.values())


def test_every_mechanism_part_switches_something():
    """Proposition 7."""
    asked = {rule.mechanism for rule in RULES} | {
        id
        for id, one in mechanisms().items()
        if any(f"params.on.{one.switch}" in rule.parameters for rule in RULES)
    }
    assert set(mechanisms()) - asked == set()


def test_no_name_collides_with_a_record():
    """Proposition 8: interpreted, numpy's own attribute would win silently."""
    row = np.zeros(1, dtype=[("x_", float)]).view(np.recarray)[0]
    taken = {*dir(row), *dir(np.recarray)}
    names = {field.name for field in fields().values()} | {
        part for key in [*parameters(), *start_values()] for part in key.split(".")
    }
    assert names & taken == set(), names & taken


def test_the_repertoire_is_complete_and_undated():
    """All 73 instruments stand in the table; what a rule reads holds no date and no country."""
    assert [one.id for one in instruments()] == [f"I{n:02d}" for n in range(1, 74)]
    assert not {field.name for field in tables()["instruments"].fields} & {
        "year",
        "date",
        "country",
        "label",
    }


@pytest.mark.interpreted
@pytest.mark.parametrize("name", [*RIVALS, "notebook"])
def test_a_rule_uses_only_what_its_source_shows(name):
    """Proposition 2, of the rival accounts: what was recorded rule by rule is what was seen."""
    schedule = RIVALS[name] if name in RIVALS else rival_succession.rules()
    scenario = small().with_rules(schedule)
    for number, months in ((0, 40), (3, 20)):
        recorder = Recorder()
        sizes = scenario.table_sizes()
        play_sized(scenario, 4, number, months, sizes, recorder=recorder)
        assert set(recorder.by_rule) >= set(schedule.ids)
        for rule in schedule.rules:
            used = recorder.by_rule.get(rule.id, (set(), set(), set()))
            shown = rule.reads, rule.writes, rule.parameters
            for happened, seen in zip(used, shown, strict=True):
                assert happened <= seen, f"{rule.id} uses {sorted(happened - seen)} unseen"
