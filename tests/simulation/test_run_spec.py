"""The request for worlds that travels from the command line and the API to the workers.

1. It cannot be changed; `replace` makes another, checked again.
2. A value that cannot be used is refused when it is built, and the message says what is allowed.
3. What is given in other forms is brought into one: whole numbers of numpy, paths as text, dates,
   parts written i/n.
4. It survives the manifest of its run and comes back equal; the manifest says where nothing lies.
5. The API and the command line build the same request; what is set by hand is not drawn.
"""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from worlds import kazakhstan

import poruka as pk
from poruka.cli.main import main
from poruka.runs.manifest import build_manifest, spec_of
from poruka.simulation.run_spec import RunSpec
from poruka.utils.errors import BadInput, RunStopped


@pytest.fixture
def draws(tmp_path) -> Path:
    """Return a file of draws of two numbers."""
    path = tmp_path / "posterior.csv"
    path.write_text("weight,oligarchs.inertia,start.president.age\n1,0.2,50\n3,0.4,60\n")
    return path


def test_a_request_cannot_be_changed():
    """Proposition 1."""
    spec = RunSpec.build(kazakhstan(), worlds=10)
    for one in dataclasses.fields(spec):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(spec, one.name, getattr(spec, one.name))
    with pytest.raises((AttributeError, TypeError)):
        spec.another = 1
    other = spec.replace(worlds=20, seed=3)
    assert (spec.worlds, spec.seed, other.worlds, other.seed) == (10, 1, 20, 3)
    assert other != spec and other.replace(worlds=10, seed=1) == spec
    assert hash(other.replace(worlds=10, seed=1)) == hash(spec)


BAD = [
    ({"worlds": 0}, "worlds is 0; give a whole number from 1 up"),
    ({"worlds": True}, "worlds is True; give a whole number from 1 up"),
    ({"worlds": 2.0}, "worlds is 2.0; give a whole number from 1 up"),
    ({"seed": -1}, r"seed is -1; give a whole number from 0 to 2\*\*63 - 1"),
    ({"threads": 0}, "threads is 0; give a whole number from 1 up, or None for all"),
    ({"threads": 2000}, "threads is 2000; give a whole number"),
    ({"processes": -1, "out": "run"}, "processes is -1; give a whole number from 0 up, or None"),
    ({"record": "all"}, "record is 'all'; allowed are outcomes, series, events"),
    ({"out": 3}, "out is 3; give the path of a folder"),
    ({"worlds": 5001}, r"5001 worlds do not fit in memory \(at most 5000\); give out="),
    ({"shard": "1/2"}, "shard and cluster are for runs on disk; give out="),
    ({"processes": 2}, "shard and cluster are for runs on disk; give out="),
    ({"cluster": "tcp://host:1"}, "shard and cluster are for runs on disk; give out="),
    ({"shard": "3/2", "out": "run"}, "shard is '3/2'; write it as i/n, such as 3/16"),
    ({"shard": (0, 2), "out": "run"}, r"shard is \(0, 2\); write it as i/n"),
]


@pytest.mark.parametrize(("arguments", "words"), BAD)
def test_what_cannot_be_used_is_refused_when_it_is_built(arguments, words):
    """Propositions 1 and 2: in whichever way it is built."""
    with pytest.raises(BadInput, match=words):
        RunSpec.build(kazakhstan(), **arguments)
    with pytest.raises(BadInput, match=words):
        RunSpec.build(kazakhstan()).replace(**arguments)
    with pytest.raises(BadInput, match=words):
        pk.simulate(kazakhstan(), **{"progress": False, **arguments})


def test_scenario_dates_and_draws_are_checked_too(tmp_path):
    """Proposition 2."""
    with pytest.raises(BadInput, match="scenario is 3; give a Scenario, such as poruka.load"):
        RunSpec.build(3)
    with pytest.raises(BadInput, match="give a Scenario, such as poruka.load"):
        RunSpec.build(kazakhstan()).replace(scenario="kazakhstan")
    with pytest.raises(BadInput, match="kazakstan"):
        pk.simulate("kazakstan", worlds=2, progress=False)
    for until, words in (
        ("1989-01", "until is 1989-01; this scenario runs from 1990-03 to 2022-12"),
        ("2023-01", "until is 2023-01; this scenario runs from 1990-03 to 2022-12"),
        ("1995", "until is '1995'; a date is a year and a month"),
    ):
        with pytest.raises(BadInput, match=words):
            RunSpec.build(kazakhstan(), until=until)
    with pytest.raises(BadInput, match="months is 179; kazakhstan has 178"):
        RunSpec.build(kazakhstan()).replace(months=179)
    with pytest.raises(BadInput, match="colour is not part of a request; allowed are scenario"):
        RunSpec.build(kazakhstan()).replace(colour="red")
    with pytest.raises(BadInput, match="cannot be read"):
        RunSpec.build(kazakhstan(), draws=tmp_path / "none.csv")
    (tmp_path / "odd.csv").write_text("weight,oligarchs.inertja\n1,0.2\n")
    with pytest.raises(BadInput, match="odd.csv, line 2"):
        RunSpec.build(kazakhstan(), draws=tmp_path / "odd.csv")


def test_a_name_or_a_path_will_do_wherever_a_scenario_is_taken(tmp_path):
    """Proposition 3: in a request, in `simulate` and for one regime."""
    path = tmp_path / "mine.toml"
    pk.save(kazakhstan().change({"clans.solidarity": 0.0}), path)
    for scenario, expected in (
        ("kazakhstan", pk.load("kazakhstan")),
        (str(path), pk.load(path)),
        (path, pk.load(path)),
    ):
        spec = RunSpec.build(scenario, worlds=2, until="1990-04")
        assert spec == RunSpec.build(expected, worlds=2, until="1990-04")
        ensemble = pk.simulate(scenario, worlds=2, until="1990-04", progress=False)
        assert ensemble.scenario.digest == expected.digest and len(ensemble.outcomes) == 2
        assert pk.Regime(scenario, seed=1).world_scenario.digest == expected.for_world(1, 0).digest


def test_other_forms_of_a_value_are_brought_into_one():
    """Proposition 3."""
    given = RunSpec.build(
        kazakhstan(),
        worlds=np.int64(20),
        seed=np.uint8(4),
        threads=np.int32(2),
        until="1990-12",
        out="runs/one",
        shard="2/5",
    )
    plain = RunSpec.build(
        kazakhstan(), worlds=20, seed=4, threads=2, out=Path("runs/one"), shard=(2, 5)
    ).replace(months=10)
    assert given == plain and given.shard == (2, 5) and given.out == Path.cwd() / "runs/one"
    assert {type(given.worlds), type(given.seed), type(given.threads)} == {int}
    assert RunSpec.build(kazakhstan()).months == 178


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"worlds": 10**6, "record": "outcomes", "threads": 2, "processes": 0},
        {"shard": "3/16", "seed": 9, "until": "1996-12"},
    ],
)
def test_a_request_survives_its_manifest(asked, draws):
    """Proposition 4: with changes, mechanisms off, forks and draws, as to a worker."""
    scenarios = (
        kazakhstan(),
        kazakhstan().change({"oligarchs.inertia": 0.5}).without("M3.predation"),
        kazakhstan().fork("1995-01", force=["president.dies"]).with_draws(draws),
    )
    for scenario in scenarios:
        spec = RunSpec.build(scenario, out="runs/one", **asked)
        manifest = json.loads(json.dumps(build_manifest(spec)))
        means = {"threads": spec.threads, "processes": spec.processes}
        again = spec_of(manifest, Path("runs/one"), **means)
        assert again == spec and again.scenario.digest == scenario.digest
        assert build_manifest(again) == build_manifest(spec) == manifest
        assert not {"out", "threads", "processes", "cluster", "draws"} & set(manifest)


def test_a_run_is_what_its_request_asked_for(tmp_path):
    """Proposition 4: of a run on disk and of one in memory."""
    spec = RunSpec.build(kazakhstan(), worlds=3, seed=2, until="1990-06", out=tmp_path / "run")
    run = pk.simulate(
        kazakhstan(), worlds=3, seed=2, until="1990-06", out=tmp_path / "run", progress=False
    )
    assert spec_of(pk.open_run(tmp_path / "run").manifest, tmp_path / "run") == spec
    memory = pk.simulate(kazakhstan(), worlds=3, seed=2, until="1990-06", progress=False)
    assert memory.spec == spec.replace(out=None)
    assert (run.worlds, run.seed, run.months) == (spec.worlds, spec.seed, spec.months)


@pytest.fixture
def requests(monkeypatch) -> list[RunSpec]:
    """Return the requests that are made from now on; none is carried out."""
    made: list[RunSpec] = []

    def take(spec: RunSpec, progress=None):
        made.append(spec)
        raise RunStopped("enough")

    monkeypatch.setattr("poruka.api.run_worlds", take)
    monkeypatch.setattr("poruka.simulation.runner.compile_rules", lambda *arguments, **more: None)
    return made


def test_api_and_command_line_build_the_same_request(requests, tmp_path, draws):
    """Proposition 5."""
    out = tmp_path / "run"
    with pytest.raises(SystemExit):
        main(["run", "kazakhstan", "--json"])
    with pytest.raises(RunStopped):
        pk.simulate("kazakhstan")
    with pytest.raises(SystemExit):
        main(
            f"run kazakhstan -n 40 --seed 3 --threads 2 --until 1996-12 --record series --out {out}"
            f" --processes 1 --shard 2/2 --cluster host:1 --numbers {draws} --set"
            " oligarchs.inertia=0.5 --without M3.predation --json".split()
        )
    with pytest.raises(RunStopped):
        pk.simulate(
            pk.load("kazakhstan", numbers="declared")
            .with_draws(draws)
            .change({"oligarchs.inertia": 0.5})
            .without("M3.predation"),
            worlds=40,
            seed=3,
            threads=2,
            until="1996-12",
            record="series",
            out=out,
            processes=1,
            shard="2/2",
            cluster="host:1",
        )
    plain, simple, typed, called = requests
    assert plain == simple
    assert typed == called and typed.draws == draws and called.draws is None
    assert typed.scenario.parameter_draws.keys == ("start.president.age",)
    assert {typed.scenario.for_world(3, k).params().oligarchs.inertia for k in range(9)} == {0.5}


def test_draws_that_are_read_by_a_request_are_those_of_its_scenario(draws):
    """Proposition 5."""
    spec = RunSpec.build(kazakhstan(), draws=draws)
    assert spec == RunSpec.build(kazakhstan().with_draws(draws)) and spec.draws == draws
    assert spec.replace(seed=2).scenario is spec.scenario
