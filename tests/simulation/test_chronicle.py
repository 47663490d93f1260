"""Chronicles: events in words.

1. Every kind of event has words and a weight, and every event of real worlds can be told.
2. Lines stand in order of time under their year, and no more of them than asked for.
3. Defections of one month share a line.
4. The weightiest events are the ones that stay.
5. Numbers in the text lead back to the event.
6. An account names the event, its rule and the numbers that decided it.
"""

import re

import pandas as pd
import pytest
from worlds import many

import poruka as pk
from poruka.engine import codes
from poruka.engine.kinds import External
from poruka.engine.record_kinds import Exit, Reason
from poruka.simulation.chronicle import EVENT_WEIGHTS, describe_event, format_chronicle
from poruka.simulation.event_explanation import build_event_explanation

START = 1990 * 12 + 2


def told(*rows):
    """Return events of one world from (month, kind, instrument, actor, target, value)."""
    frame = pd.DataFrame(rows, columns=["month", "kind", "instrument", "actor", "target", "value"])
    frame.insert(0, "world", 17)
    frame.insert(
        2,
        "date",
        [f"{(START + month) // 12}-{(START + month) % 12 + 1:02d}" for month in frame["month"]],
    )
    frame.insert(4, "rule", "president.act")
    return frame


EVENTS = told(
    (20, "criticism", "", "oligarch 3", "", 0.1),
    (21, "election", "", "president", "", 0.91),
    (45, "instrument", "I13", "president", "parliament", 0.3),
    (45, "dissolution", "", "president", "parliament", 1.0),
    (139, "defection", "", "oligarch 8", "movement 0", 0.2),
    *((140, "defection", "", f"oligarch {i}", "movement 0", 0.2) for i in range(7)),
    (140, "wave", "", "oligarch 0", "", 7.0),
)


@pytest.mark.parametrize("kind", codes.EVENT_KINDS)
def test_every_kind_of_event_has_words_and_a_weight(kind):
    event = told(
        (
            1,
            kind,
            "I19",
            "president",
            f"outside {External.NEIGHBOUR_MANDATE}" if kind == "shock" else "parliament",
            1.0,
        )
    ).iloc[0]
    assert EVENT_WEIGHTS[kind] > 0
    words = describe_event(event)
    assert words and "_" not in words and "nan" not in words


def test_every_event_of_real_worlds_can_be_told():
    assert set(EVENT_WEIGHTS) == set(codes.EVENT_KINDS)
    events = many().events
    sample = events.groupby("kind", observed=True).head(40)
    for event in sample.to_dict("records"):
        text = describe_event(event)
        assert text and "  " not in text.strip() and "{" not in text, f"{event['kind']}: {text!r}"


def test_the_chronicle_of_a_real_world_is_short_and_in_order():
    e = many()
    text = format_chronicle(e.events[e.events["world"] == 3], e.scenario, max_lines=25)
    lines = [line for line in text.splitlines()[1:] if line.startswith("  ")]
    years = [int(line) for line in text.splitlines()[1:] if not line.startswith("  ")]
    assert 5 < len(lines) <= 25 and years == sorted(years) and years[0] >= 1990


@pytest.mark.parametrize(
    "code, words", list(enumerate(("term ends", "dissolves itself", "court verdict", "troops")))
)
def test_the_end_of_a_house_says_how(code, words):
    assert words in describe_event(
        told((45, "dissolution", "", "president", "parliament", float(code))).iloc[0]
    )


@pytest.mark.parametrize(
    "code, words",
    [(Exit.HEIR, "chosen heir"), (Exit.ROTATION, "lost vote"), (Exit.PALACE_COUP, "palace coup")],
)
def test_the_end_of_a_rule_says_how(code, words):
    assert words in describe_event(
        told((150, "exit_of_ruler", "", "president", "heir", float(code))).iloc[0]
    )


def test_elections_of_president_and_parliament_are_told_apart():
    assert (
        describe_event(EVENTS.iloc[1])
        == "presidential election: 91.0% for the ruler officially, nobody else on the ballot"
    )
    assert describe_event(
        told((48, "election", "", "president", "parliament", 0.2)).iloc[0]
    ).startswith("a parliament is elected")


def test_an_act_is_told_by_its_label_and_its_id():
    assert "votes its own end and hands over decree power (I13)" in describe_event(EVENTS.iloc[2])


def test_lines_stand_in_order_of_time_under_their_year():
    lines = format_chronicle(EVENTS).splitlines()
    assert [line for line in lines if re.fullmatch(r"\d{4}", line)] == ["1991", "1993", "2001"]
    assert lines[-1].startswith("  11  ") and lines[0] == "1991"


def test_defections_of_one_month_share_a_line():
    text = format_chronicle(EVENTS)
    assert (
        "7 of the elite break with the ruler" in text and text.count("break") == 2
    )  # the eighth, a month before, went alone
    assert "oligarch 8 breaks with the ruler" in text


def test_the_weightiest_events_are_the_ones_that_stay():
    text = format_chronicle(EVENTS, max_lines=2)
    assert len([line for line in text.splitlines() if line.startswith("  ")]) == 2
    assert "the parliament ceases to sit" in text and "criticises" not in text


def test_numbers_in_the_text_lead_back_to_the_event():
    shown = {
        int(number): line
        for line in format_chronicle(EVENTS, numbered=True).splitlines()
        for number in re.findall(r"\[(\d+)\]", line)
    }
    assert "the parliament ceases to sit" in shown[3] and "criticises" in shown[0]


def test_the_title_is_the_scenarios_and_a_quiet_world_has_only_that():
    assert (
        format_chronicle(EVENTS.iloc[:0], pk.load("kazakhstan", numbers="declared"))
        == "Kazakhstan 1990-2004"
    )


def test_of_several_worlds_the_first_is_told():
    other = EVENTS.assign(world=18, kind="war", target="", actor="region 1")
    assert "war" not in format_chronicle(pd.concat([EVENTS, other]))


def test_an_account_names_the_event_its_rule_and_the_numbers_that_decided_it():
    found = build_event_explanation(
        EVENTS.iloc[2],
        [(Reason.VALUE, 0.32), (Reason.COST, 0.1)],
        pk.load("kazakhstan", numbers="declared"),
    )
    assert found.reasons == {"value": 0.32, "cost": 0.1}
    assert found.rule == "president.act" and found.claim and found.claim in str(found)
    assert "1993-12" in str(found) and "0.320" in str(found)


def test_an_event_without_numbers_says_so():
    assert "no numbers were recorded" in str(
        build_event_explanation(EVENTS.iloc[0], [], pk.load("kazakhstan", numbers="declared"))
    )
