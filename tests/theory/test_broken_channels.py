"""Breaking the theory: a link that is gone has to be noticed by something.

1. A pattern that breaks with a link is found; one that stays, or moves by luck, is not.
2. Breaking goes through the whole chain: five links are noticed by the patterns of the two
   histories when they are held.
3. The plugin by which the tests of the theory are run without a link holds it in every scenario.
4. Unknown channels are refused before anything is played.
5. A thesis misses a link that carries its effect, and none that carries nothing: not one that
   changes no world, and one that changes luck only in one campaign of twenty, however marginal the
   effect. Sides that do not show their effect with all links on are left out, and so are those
   that do not stand among all theses.
6. A test misses a link if it fails with it held and not without; what keeps the tests from running
   says nothing about the link, and is an error.
7. The long tests break every link and run the tests that name a thesis of it, new modules of the
   argument among them; a run that is broken off goes on, but not under other rules or tests; what
   nothing notices is listed, and so is what no test looks at.

Power: 60 worlds show a change of a quarter of the worlds at four standard errors, and the loss of
an effect of one standard deviation to one of a few sides in nine of ten cases.
"""

import numpy as np
import pandas as pd
import pytest
from break_channels import (
    COLUMNS,
    ROOT,
    THEORY_TESTS,
    describe_rows,
    failing_tests,
    looking_tests,
    noticing_tests,
    read_rows,
)
from broken_channel import with_channel_held
from run_tests import LONG
from test_hypotheses import PlantedArm, PlantedWorlds, least_part
from worlds import kazakhstan

from poruka.scenario.channel_settings import channel_settings
from poruka.theory.broken_channels import (
    break_channels,
    moved_patterns,
    noticing_sides,
    passing_sides,
    shown_sides,
)
from poruka.theory.hypotheses.reading import load_hypotheses
from poruka.theory.hypotheses.results import ThesisResult
from poruka.theory.hypotheses.side import Side, sides_of
from poruka.theory.hypotheses.side_result import SideResult
from poruka.utils.errors import BadInput

# Chosen among those that patterns notice: they keep the command itself from going blind.
FIVE = (
    "clash_of_powers",
    "mutual_surety",
    "clans_take_root",
    "threat_of_house",
    "pledge_of_constitution",
)


def test_only_a_pattern_that_moves_is_found():
    """Proposition 1."""
    luck = np.random.default_rng(5)
    base = pd.DataFrame(
        {"gone": np.ones(60), "kept": luck.random(60) < 0.5, "rare": luck.random(60) < 0.1}
    ).astype(float)
    broken = base.assign(gone=0.0, rare=luck.permutation(base["rare"]))
    assert moved_patterns(base, broken) == ("gone",)
    assert moved_patterns(base, base) == ()


@pytest.mark.parametrize("name", FIVE)
def test_a_broken_link_is_missed_by_some_pattern(name):
    """Proposition 2."""
    (broken,) = break_channels([name])
    assert broken.noticed, f"no pattern of either history notices that {name} is gone"


def test_the_plugin_holds_a_channel_in_every_scenario():
    """Proposition 3."""
    broken = with_channel_held(channel_settings, "worth_of_rules")
    s = kazakhstan().with_channels({"spoils_to_come": "donor"})
    assert broken(s) == {"spoils_to_come": "donor", "worth_of_rules": "held"}
    assert channel_settings(s) == {"spoils_to_come": "donor"}


def test_an_unknown_channel_is_refused_before_anything_is_played():
    """Proposition 4."""
    with pytest.raises(BadInput, match="worth_of_rules"):
        break_channels(["worth_of_rule"])


def planted_side(name, switched_off):
    """Return a side that claims a rise of more than 0.5."""
    arms = [PlantedArm(cause) for cause in (0.0, 1.0, 0.0, 1.0)]
    return Side(name, *arms, least_part(smallest=0.5, channels=["worth_of_rules"]), switched_off)


def hold(arm, links, state):
    return arm._replace(off=state)


def noticed_in(campaigns, law, switched_off=hold, sides=1):
    """Return in how many campaigns a side passes, and in how many one notices the link."""
    passed = noticed = 0
    for seed in range(campaigns):
        player = PlantedWorlds(law)
        asked = [planted_side(f"T{k}", switched_off) for k in range(sides)]
        passing = passing_sides(asked, player, 60, seed)
        passed += bool(passing)
        noticed += bool(noticing_sides("worth_of_rules", passing, player, 60, seed))
    return passed, noticed


def test_an_idle_link_is_noticed_by_no_thesis():
    """Proposition 5: sides of which half pass, so marginal are they; held, nothing changes."""
    passed, noticed = noticed_in(
        200, lambda arm, seed, world: 0.85 * arm.cause, lambda arm, links, state: arm
    )
    assert 60 < passed < 160 and noticed == 0


def test_a_link_that_changes_luck_only_is_rarely_noticed():
    """Proposition 5: 300 campaigns; a rate of 5 % is never above 8 % by chance."""
    passed, noticed = noticed_in(300, lambda arm, seed, world: 1.2 * arm.cause)
    assert passed > 250 and noticed <= 0.08 * passed


def test_a_link_that_carries_an_effect_is_noticed():
    """Proposition 5."""

    def law(arm, seed, world):
        return 0.0 if arm.off else 1.4 * arm.cause

    passed, noticed = noticed_in(100, law)
    assert passed > 95 and noticed > 0.9 * passed
    together, noticed = noticed_in(20, law, sides=3)
    assert together == 20 and noticed >= 17


def test_an_outcome_that_is_gone_is_missed():
    """Proposition 5: with the link held no world has the quantity any longer."""
    passed, noticed = noticed_in(5, lambda arm, seed, world: np.nan if arm.off else 2.0 * arm.cause)
    assert passed == noticed == 5


def test_a_side_that_does_not_pass_cannot_notice():
    """Proposition 5: it is not even played with the link held."""
    player = PlantedWorlds(lambda arm, seed, world: 0.3 * arm.cause)
    assert not passing_sides([planted_side("T", hold)], player, 60, 1)
    assert player.played == ["low", "high"]


def test_only_sides_that_stand_among_all_theses_are_looked_at():
    """Proposition 5: a p-value of 0.03 is significant alone and not in the family."""
    hypothesis = next(
        one
        for one in load_hypotheses().values()
        if len(sides_of(one)) > 1 and all(part.sign != "0" for part in one.part)
    )
    names = [side.name for side in sides_of(hypothesis)]

    def shown(*p_values):
        sides = [
            SideResult(side=name, verdict="shown", p=p)
            for name, p in zip(names, p_values, strict=False)
        ]
        result = ThesisResult(
            thesis=hypothesis.thesis, declaration="", rules="", seeds=[1], sides=sides
        )
        return [side.name for side in shown_sides({hypothesis.thesis: result})]

    assert shown(1e-9, 1e-9) == names[:2]
    assert shown(1e-9, 0.03) == names[:1]
    assert shown(0.03, 0.03) == [] == shown_sides({})


PLANTED_TESTS = """
from poruka.scenario import channel_settings
from poruka.scenario.scenario import load

def test_link():
    assert "worth_of_rules" not in channel_settings.channel_settings(load("kazakhstan"))

def test_broken_anyway():
    assert False, "a - b"

def test_sound():
    pass
"""


def test_a_test_notices_only_what_it_passes_without(tmp_path):
    """Proposition 6."""
    path = tmp_path / "test_planted.py"
    path.write_text(PLANTED_TESTS)
    failing_anyway = failing_tests("", [str(path)])
    assert [name.rpartition("::")[2] for name in failing_anyway] == ["test_broken_anyway"]
    noticing = noticing_tests("worth_of_rules", failing_anyway, [str(path)])
    assert [name.rpartition("::")[2] for name in noticing] == ["test_link"]


@pytest.mark.parametrize(
    "text", ["import os\ndef test_a():\n    os._exit(9)", "import nothing_of_that_name", ""]
)
def test_tests_that_cannot_be_run_are_an_error(tmp_path, text):
    """Proposition 6: a crash, a file that cannot be read, and one without tests."""
    path = tmp_path / "test_planted.py"
    path.write_text(text)
    with pytest.raises(RuntimeError, match="with worth_of_rules held"):
        failing_tests("worth_of_rules", [str(path)])


def test_every_module_of_the_argument_is_among_the_tests_of_the_theory():
    """Proposition 7."""
    arguments = {path.name for path in (ROOT / "tests/argument").glob("test_argument_*.py")}
    assert arguments and {f"tests/argument/{name}" for name in arguments} <= set(THEORY_TESTS)
    assert any("benchmarks/break_channels.py" in command for *_, command in LONG)


LOOKING = '''"""Propositions.

1. One on the rich (T042).
2. One on nothing, T0421 least.
"""

def test_first():
    """Proposition 1."""

def test_second():
    """Proposition 2, 3."""

def test_third():
    """Contract: T024 by itself."""
'''


def test_the_tests_that_look_name_a_thesis_of_the_channel(tmp_path):
    """Proposition 7: the first test by its proposition, the third by itself."""
    path = tmp_path / "test_planted.py"
    path.write_text(LOOKING)
    assert looking_tests("worth_of_rules", [str(path)]) == [
        f"{path}::test_first",
        f"{path}::test_third",
    ]
    assert looking_tests("creed_on_nation", [str(path)]) == []


def test_a_run_goes_on_under_the_same_rules_only(tmp_path):
    """Proposition 7."""
    path = tmp_path / "broken.csv"
    assert read_rows(path, "now") == {} and not path.exists()
    path.write_text(f"{','.join(COLUMNS)}\na,P1,,,,3,now\nb,,,,,3,before\n")
    assert list(read_rows(path, "now")) == ["a"]
    assert path.read_text() == f"{','.join(COLUMNS)}\na,P1,,,,3,now\n"
    path.write_text("channel,patterns,theses,tests\na,P1,,\n")
    assert read_rows(path, "now") == {}, "a table made before rows knew their rules"


def test_what_nothing_notices_is_listed():
    """Proposition 7."""
    blank = dict.fromkeys(COLUMNS, "")
    rows = [
        blank | {"channel": "a", "patterns": "P1"},
        blank | {"channel": "b", "looked": "tests/test_x.py"},
        blank | {"channel": "c"},
    ]
    assert describe_rows(rows, with_tests=True).splitlines() == [
        "2 of 3 channels are noticed by nothing: b, c",
        "2 channels have no test of the theory that names one of their theses: a, c",
    ]
    assert describe_rows(rows, with_tests=False).count("\n") == 0
