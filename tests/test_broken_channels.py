"""Breaking the theory: a link that is gone has to be noticed by something.

1. A pattern that breaks with a link is found; one that stays, or moves by luck, is not.
2. Breaking goes through the whole chain: five links are noticed by the patterns of the two
   histories when they are held.
3. The plugin by which the tests of the theory are run without a link holds it in every scenario.
4. Unknown channels are refused before anything is played.

Power: 60 worlds show a change of a quarter of the worlds at four standard errors.
"""

import numpy as np
import pandas as pd
import pytest
from broken_channel import with_channel_held
from worlds import kazakhstan

from poruka.scenario.channel_settings import channel_settings
from poruka.theory.broken_channels import break_channels, moved_patterns
from poruka.utils.errors import BadInput

# Chosen among those that patterns notice: they keep the command itself from going blind.
FIVE = ("clash_of_powers", "economy_judged", "creed_on_nation", "powers_feared", "clans_take_root")


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
