"""Channels: every link that a thesis names can be switched off without touching anything else.

1. With every channel on, worlds are what they are without the switch.
2. A held channel gives the mean of base worlds whatever its agent would have contributed; a donor
   gives what the same agent of the next base world had in the same month.
3. A cause under test does not reach a link by way of its donor.
4. A channel that is off moves what its rule decides, and worlds stay the same to the bit: together
   and one by one, on one thread or two, stored, and saved to a file.
5. Wrong names and settings, channels in a fork, and countries without means are refused in words.
6. Every channel is declared once, names theses and a rule that passes it on, and has a mean in a
   shipped country.
7. The committed means are those that the command measures.
"""

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from state_digests import COUNTRIES
from worlds import kazakhstan

import poruka as pk
from poruka import Regime, load, simulate
from poruka.cli.main import main
from poruka.engine.channel_kinds import Channel, ChannelMode
from poruka.engine.channel_switch import through
from poruka.engine.channels import channels
from poruka.engine.state import allocate_world
from poruka.rules.schedule import SCHEDULE
from poruka.scenario.channel_settings import channel_settings, donor_channels, held_value
from poruka.simulation.base_worlds import base_scenario, measure_means, record_signals
from poruka.theory.explanations import explain
from poruka.theory.theses import theses
from poruka.utils.errors import BadInput

LINK = "worth_of_rules"
SHORT = {"until": "1993-12", "progress": False}
RULES = Path(pk.__file__).parent / "rules"
SCENARIOS = (*COUNTRIES, "soviet_republic")


def planted_world(mode: ChannelMode):
    """Return a world whose link is switched, with three agents and two months of signals."""
    world = allocate_world(load("kazakhstan", numbers="declared").table_sizes() | {"signals": 6})
    channel = world.channels[Channel.WORTH_OF_RULES]
    channel.mode, channel.held, channel.first_signal, channel.rows = mode, 0.25, 0, 3
    world.signals["value"], world.signals["calls"] = (
        [3.0, 4.0, 5.0, 6.0, 8.0, 0.0],
        [1] * 4 + [2, 0],
    )
    return world


def test_channels_that_are_on_change_nothing():
    """Proposition 1."""
    plain, switched = kazakhstan(), kazakhstan().with_channels(dict.fromkeys(channels(), "on"))
    assert channel_settings(switched) == {} and switched.digest == plain.digest
    one, other = (simulate(s, worlds=3, seed=11, **SHORT) for s in (plain, switched))
    assert one.outcomes.equals(other.outcomes) and one.events.equals(other.events)


def test_what_stands_in_the_place_of_a_link():
    """Proposition 2: on a world of which every signal is known."""
    give = through
    world = planted_world(ChannelMode.ON)
    assert give(world, Channel.WORTH_OF_RULES, 1, 9.0) == 9.0
    assert give(planted_world(ChannelMode.HELD), Channel.WORTH_OF_RULES, 1, 9.0) == 0.25
    world = planted_world(ChannelMode.DONOR)
    assert give(world, Channel.WORTH_OF_RULES, 1, 9.0) == 4.0
    world.clock[0].month = 1
    assert give(world, Channel.WORTH_OF_RULES, 1, 9.0) == 4.0, "the mean of two calls"
    assert give(world, Channel.WORTH_OF_RULES, 2, 9.0) == 0.25, "a donor with nothing to say"
    world = planted_world(ChannelMode.RECORDED)
    assert give(world, Channel.WORTH_OF_RULES, 0, 9.0) == 9.0
    assert world.signals[0].value == 12.0 and world.signals[0].calls == 2


def test_a_donor_is_the_next_base_world_and_knows_no_cause():
    """Propositions 2 and 3."""
    s = kazakhstan().change({"start.president.age": 70.0}).with_channels({LINK: "donor"})
    chosen = donor_channels(s)
    regime = Regime(s, seed=5, world=2)
    donor = record_signals(base_scenario(s), chosen, 5, 3)
    assert np.array_equal(np.asarray(regime.world.signals), donor)
    assert base_scenario(s).digest == base_scenario(kazakhstan()).digest
    assert not np.array_equal(donor, record_signals(base_scenario(s), chosen, 5, 2))


def test_a_channel_that_is_off_moves_what_its_rule_decides():
    """Proposition 4: rules never worth anything, or always, change when the rich break."""
    plain = simulate(
        load("kazakhstan", numbers="declared"), worlds=20, seed=3, progress=False
    ).outcomes
    for setting in ("held", "donor"):
        off = load("kazakhstan", numbers="declared").with_channels({LINK: setting})
        switched = simulate(off, worlds=20, seed=3, progress=False).outcomes
        assert (switched["defections"] != plain["defections"]).mean() > 0.5


def test_worlds_with_donors_are_the_same_to_the_bit(tmp_path):
    """Proposition 4."""
    s = kazakhstan().with_channels({LINK: "donor", "spoils_to_come": "held"})
    together = simulate(s, worlds=4, seed=7, threads=1, **SHORT)
    shared = simulate(s, worlds=4, seed=7, threads=2, **SHORT)
    assert together.outcomes.equals(shared.outcomes)
    alone = Regime(s, seed=7, world=3)
    alone.run_until("1993-12")
    assert alone.control == float(together.series["control"].values[3, -1])
    simulate(s, worlds=4, seed=7, out=tmp_path / "run", **SHORT)
    stored = pk.open_run(tmp_path / "run")
    assert stored.scenario.digest == s.digest
    assert stored.outcomes["defections"].tolist() == together.outcomes["defections"].tolist()
    saved = load(pk.save(s, tmp_path / "off.toml"))
    assert channel_settings(saved) == {LINK: "donor", "spoils_to_come": "held"}


def test_what_cannot_be_switched_is_refused_in_words(tmp_path):
    """Proposition 5."""
    s = kazakhstan()
    with pytest.raises(BadInput, match="channels.worth_of_rules"):
        s.change({"channels.worth_of_rule": "held"})
    with pytest.raises(BadInput, match="'on', 'held'"):
        s.with_channels({LINK: "off"})
    with pytest.raises(BadInput, match="whole of a world"):
        s.fork("1994-01", {f"channels.{LINK}": "held"})
    elsewhere = tmp_path / "elsewhere.toml"
    elsewhere.write_text('title = "E"\nextends = "kazakhstan"\ncountry = "Elsewhere"\n')
    with pytest.raises(BadInput, match="poruka channels elsewhere --write"):
        simulate(load(elsewhere).with_channels({LINK: "held"}), worlds=2, **SHORT)


def test_every_channel_is_declared_and_passed_on_in_one_place():
    """Proposition 6: a channel that no rule passes on would be a switch without a lamp."""
    pages = "\n".join(path.read_text() for path in sorted(RULES.rglob("*.py")))
    for name, channel in channels().items():
        assert channel.theses and set(channel.theses) <= set(theses()), name
        assert channel.rule in SCHEDULE.ids, f"{name}: {channel.rule} is no rule"
        assert pages.count(f"Channel.{name.upper()},") == 1, f"{name} is passed on in one place"
        assert channel.meaning in explain(channel.key)


def test_every_channel_has_a_mean_in_a_shipped_country():
    """Proposition 6: what no world of any country reads could not be held."""
    countries, silent = [load(country, numbers="declared") for country in SCENARIOS], set()
    for name in channels():
        known = 0
        for country in countries:
            with suppress(BadInput):
                known += np.isfinite(held_value(country, name))
        silent |= set() if known else {name}
    assert not silent, f"read in no base world of any shipped country: {sorted(silent)}"


def test_the_command_writes_the_means_of_one_country(tmp_path, capsys):
    """Proposition 7: and leaves the lines of others."""
    table = tmp_path / "channel_means.csv"
    table.write_text(
        "country,channel,mean,spread,calls,worlds,seed\nElsewhere,worth_of_rules,0.5,0.1,9,2,1\n"
    )
    with pytest.raises(SystemExit):
        main(["channels", "estonia", "--write", str(table), "-n", "2"])
    text = table.read_text()
    assert "Elsewhere,worth_of_rules,0.5,0.1,9,2,1" in text and "Estonia" in text
    assert "2 base worlds of Estonia" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("country", SCENARIOS)
def test_the_committed_means_are_those_of_the_rules(country):
    """Proposition 7: within five standard errors of the means of twenty worlds."""
    scenario = load(country, numbers="declared")
    for row in measure_means(scenario, worlds=20, seed=991).itertuples():
        committed = held_value(scenario, row.channel)
        near = 5.0 * max(row.spread, 1e-9) / np.sqrt(20)
        assert committed == pytest.approx(row.mean, abs=near + 0.01 * abs(row.mean)), row.channel
