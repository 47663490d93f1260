"""Groups: whether countries fall, from their own starts under the same rules, into the groups the
chapter puts them in.

1. The chapter's groups are kept as data, each with its place in the text, and never read by a rule
   or a start file.
2. The counts are shares with intervals; the modal group and the confusion table follow from them.
3. What cannot be grouped is refused with a reason; a country the chapter does not group has no
   expected group.
4. A country agreed on its rules and used to them is governed in turns; where one-man rule finds no
   resistance nobody is voted out.
5. Worlds are set beside rules of thumb that simulate nothing: who is right everywhere is better
   than each of them, who is wrong everywhere worse, and who says what one says is no better.
"""

import math
from pathlib import Path

import pandas as pd
import pytest

import poruka as pk
from poruka.simulation.outcomes import furman_group
from poruka.theory.classification import (
    COUNTRY_GROUPS,
    classify_countries,
    confusion_matrix,
    read_expected_groups,
)
from poruka.theory.group_score import RULES_OF_THUMB, answer_two_questions, score_groups
from poruka.utils.errors import BadInput
from poruka.utils.statistics import wilson_interval

PACKAGE = Path(pk.__file__).parent


def test_the_groups_are_data_that_no_rule_reads():
    """Proposition 1."""
    table = read_expected_groups()
    assert (
        set(table["group"]) == set(COUNTRY_GROUPS)
        and table["locator"].str.len().min() > 3
        and not table["scenario"].duplicated().any()
    )
    for folder in ("actors", "forces"):
        pages = list((PACKAGE / "rules" / folder).glob("*.py"))
        assert len(pages) > 10
        for page in pages:
            assert "groups" not in page.read_text(encoding="utf-8"), f"{page.name} knows of groups"
    for name in table["scenario"]:
        assert "group" not in {
            key for page in pk.load(name, numbers="declared").file.start.values() for key in page
        }


def test_shares_modes_and_confusion_follow_from_the_counts():
    """Proposition 2: twenty worlds of Russia, counted here again."""
    made = classify_countries(["russia"], worlds=20, seed=3).iloc[0]
    outcomes = pk.simulate(
        pk.load("russia"), worlds=20, seed=3, record="outcomes", progress=False
    ).outcomes
    for group in COUNTRY_GROUPS:
        count = int((outcomes["furman_group"] == group).sum())
        assert made[f"group_{group}"] == count / 20 and (
            made[f"low_{group}"],
            made[f"high_{group}"],
        ) == wilson_interval(count, 20)
    assert made["modal"] == outcomes["furman_group"].mode()[0] and made["expected"] == 3.0
    two = pd.DataFrame(
        {
            "expected": [1.0, 1.0, math.nan],
            "group_1": [1.0, 0.5, 0.0],
            "group_2": [0.0, 0.5, 0.0],
            "group_3": [0.0, 0.0, 1.0],
        }
    )
    assert (
        confusion_matrix(two).loc[1].tolist() == [0.75, 0.25, 0.0]
        and len(confusion_matrix(two)) == 1
    )


def test_what_cannot_be_grouped_is_refused(tmp_path):
    """Proposition 3."""
    with pytest.raises(BadInput, match="atlantis"):
        classify_countries(["atlantis"], worlds=2)
    path = tmp_path / "ruritania.toml"
    path.write_text('title = "Ruritania"\ncountry = "Ruritania"\nextends = "kazakhstan"\n')
    assert math.isnan(classify_countries([str(path)], worlds=2).iloc[0]["expected"])


def test_agreement_and_custom_make_power_rotate():
    """Proposition 4: forty pairs of worlds; shares of 0.95 and 0.05 would be told from one half
    with a chance beyond 0.999.
    """
    used_to_rules = {
        "start.society.consensus": 0.75,
        "start.society.law_custom": 0.5,
        "start.parliament.custom": 0.5,
        "start.society.habit": 0.5,
        "start.society.autocratic_custom": 0.15,
        "start.society.order_demand": 0.25,
        "start.society.atomisation": 0.25,
        "start.president.reverence": 0.5,
        "start.opposition.moderate": 0.75,
        "start.media.independent": 0.5,
        "start.parliament.freedom": 0.85,
        "start.outside.claims": 0.1,
        "shocks.border_threats.value": 0.2,
    }
    s = pk.load("kazakhstan", numbers="declared")
    shares = [
        (
            pk.simulate(one, worlds=40, seed=11, record="outcomes", progress=False).outcomes[
                "furman_group"
            ]
            == 1
        ).mean()
        for one in (s, s.change(used_to_rules))
    ]
    assert shares[0] < 0.2 and shares[1] > 0.5, f"group one: {shares}"


def test_the_group_follows_from_what_happened():
    """Proposition 4: one vote that changed the ruler and an open way are group one, a closed way
    two, no change three.
    """
    assert [
        furman_group(1, False, False),
        furman_group(1, False, True),
        furman_group(0, True, False),
        furman_group(0, False, False),
    ] == [1, 2, 2, 3]


def _forecast(groups):
    """Return the table of the chapter's countries, each surely in the group given for it."""
    countries = read_expected_groups().rename(columns={"group": "expected"})
    for group in COUNTRY_GROUPS:
        countries[f"group_{group}"] = [float(one == group) for one in groups]
    return score_groups(countries).set_index("baseline")


def test_the_groups_are_scored_against_rules_of_thumb():
    """Proposition 5: by forecasts whose errors can be worked out by hand."""
    expected = read_expected_groups()
    right = _forecast(expected["group"])
    assert (right["score"] == 0.0).all() and set(right.index) == set(RULES_OF_THUMB)
    assert (right["verdict"] == "better").all()
    # Five of the eight are not in group 3, and each error counts two.
    assert right.loc["always group 3", "baseline_score"] == pytest.approx(10 / 8)
    assert right.loc["equal chances", "baseline_score"] == pytest.approx(2 / 3)
    wrong = _forecast([group % 3 + 1 for group in expected["group"]])
    assert wrong.loc["equal chances", "verdict"] == "worse"
    always_third = _forecast([3] * len(expected))
    assert always_third.loc["always group 3", ["gain", "low", "high"]].tolist() == [0.0] * 3
    assert always_third.loc["always group 3", "verdict"] == "cannot tell"
    answers = [
        answer_two_questions(pk.load(name, numbers="declared")) for name in expected["scenario"]
    ]
    assert _forecast(answers).loc["two questions", "gain"] == 0.0
    # Each country is guessed from the seven others, never from its own group.
    counts = [list(expected["group"]).count(group) for group in COUNTRY_GROUPS]
    errors = [
        sum(
            ((count - (one == group)) / 7 - (one == group)) ** 2
            for one, count in zip(COUNTRY_GROUPS, counts, strict=True)
        )
        for group in expected["group"]
    ]
    assert right.loc["shares of the others", "baseline_score"] == pytest.approx(
        sum(errors) / len(errors)
    )


def test_one_country_alone_is_not_scored():
    """Proposition 5: an interval over countries needs two."""
    one = pd.DataFrame({"scenario": ["russia"], "expected": [3.0]})
    for group in COUNTRY_GROUPS:
        one[f"group_{group}"] = 0.0
    assert not len(score_groups(one))
