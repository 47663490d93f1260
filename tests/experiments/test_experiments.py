"""Experiments from file to page.

1. Every experiment of the house can be read, names theses that exist and has its result beside it,
   made by the command it names.
2. A broken file says what, where, what is allowed; nothing is played for it.
3. A researcher's own file, as `experiments/README.md` has it, runs and gives a page with figures,
   tables and what made it.
4. Every kind of analysis, sensitivity and calibration goes from a small file to its figures;
   machines get the same numbers.
5. An experiment killed on the way goes on and ends with the same numbers.
6. What a quantity cannot mean is said before anything long is played.
7. An answer made before the question, the scenario or the rules changed is called that; words about
   the rules do not count.
8. Paired effects are those of two ensembles of one seed, and interactions their difference.
9. Worlds that fail are kept with what is needed to play them again; what is damaged, or belongs to
   somebody else, is not taken for an answer.
"""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from command_ends import left_with
from failing_worlds import break_worlds
from package_folder import MODEL
from small_experiment import SMALL, written
from worlds import kazakhstan

from poruka.analysis.evaluate import AnalyticModel, DesignResult, evaluate_points
from poruka.analysis.sensitivity.main_effects import (
    OUTCOME_SHARE_QUANTITIES,
    compute_main_effects,
    compute_modal_outcomes,
    compute_tornado,
)
from poruka.api import simulate
from poruka.experiments.analysis_stages import yearly_mean_quantities
from poruka.experiments.catalogue import find_experiment, list_experiments, read_experiment
from poruka.experiments.result_folder import changed_inputs, result_status
from poruka.experiments.run import run_experiment
from poruka.scenario.scenario import load
from poruka.theory.theses import theses
from poruka.utils import file_lock
from poruka.utils.errors import BadInput
from poruka.utils.source_statements import statements_of

ROOT = Path(__file__).parents[2]


def test_every_experiment_of_the_house_is_in_order():
    """Proposition 1."""
    known = list_experiments()
    assert len(known) >= 6 and [name[:2] for name in known] == [
        f"{k:02d}" for k in range(1, len(known) + 1)
    ]
    kinds = set()
    for name, path in known.items():
        found = read_experiment(path)
        assert (
            found.name == name
            and found.experiment.theses
            and set(found.experiment.theses) <= set(theses())
            and len(found.experiment.about) > 80
        )
        kinds |= {one.kind for one in found.experiment.analysis}
        # The command writes the page of these itself.
        one = found.experiment
        own_page = one.record_fit or one.what_follows or one.robustness
        where = "README.md" if own_page else "result/result.md"
        page = (path.parent / where).read_text()
        if "Not made yet" in page:
            # A fit to the record waits for its planted truths, the others for the fit.
            assert own_page and one.question in page
            assert not (path.parent / "result").exists()
            continue
        manifest = json.loads((path.parent / "result" / "manifest.json").read_text())
        assert (
            found.experiment.question in page
            and manifest["command"] in page
            and manifest["command"].startswith(f"poruka experiment run {name}")
        )
        # A result that is withdrawn stays as it was until it is made again.
        made_of = (path.parent / "result" / "experiment.toml").read_text()
        assert made_of == path.read_text() or "Withdrawn until made again" in page, (
            f"the result of {name} is not that of the file beside it"
        )
        for figure in re.findall(r"\((?:result/)?(figures/[\w-]+\.png)\)", page):
            assert (path.parent / "result" / figure).stat().st_size > 5000 and (
                path.parent / "result" / figure
            ).with_suffix(".csv").is_file()
        assert (path.parent / "README.md").read_text().count("result/") >= 1
    assert kinds == {"curve", "effects", "tornado", "modes", "convergence", "split", "prim", "tree"}


BROKEN = [
    ("question =", "qestion =", "qestion.*did you mean 'question'"),
    ('kind = "factorial"', 'kind = "factorail"', "design.kind.*'factorial'"),
    ('kind = "effects"', 'kind = "effect"', "analysis.0.*'effects'"),
    ('"economy.reform_pace"', '"economy.reform_pase"', "economy.reform_pace"),
    ("[0.02, 0.08]", "[0.02, 0.8]", "pace.*allowed is 0 to 0.1"),
    ("[0.02, 0.08]", '["fast"]', "pace.*give a number"),
    ("[0.02, 0.08]", "[0.02, 0.02]", "pace.*a value twice"),
    ('name = "pace"', 'name = "median"', "'median', which is a column of the result tables"),
    ('by = "rules"', 'by = "rule"', "did you mean 'rules'"),
    ('by = "rules"', 'by = "pace"', "also as `by`"),
    ("against = 0.02", "against = 0.03", "none of the values of 'pace'; allowed are 0.02, 0.08"),
    ('["M3.predation"]', '["M3.predatoin"]', "level 'no predation'.*M3.predation"),
    ('"camps.clash"', '"camps.clashes"', r"\[context\].*camps.clash"),
    ('scenario = "kazakhstan"', 'scenario = "kazakstan"', "kazakhstan"),
    ("worlds = 4", "worlds = 1", "worlds.*greater than or equal to 2"),
    ("worlds = 4", "worlds = 4\nwarlds = 3", "warlds.*did you mean 'worlds'"),
    ('label = "no predation"', 'label = "all"', "two levels with the same label"),
    ('name = "rules"', 'name = "pace"', "two factors are called 'pace'"),
    ('kind = "factorial"', 'kind = "latin_hypercube"', "needs? .*grid|make it grid"),
    ('kind = "factorial"', 'kind = "table"', "`file`"),
    ('kind = "factorial"', 'kind = "one_at_a_time"', "make it grid or factorial"),
    ('kind = "factorial"', 'kind = "single"', "has one point"),
    ("[design]\n", "[desing]\n", "desing.*did you mean 'design'"),
    (
        'quantity = "mean_control"',
        'quantity = "first_defection"\nlabel = "first break"',
        "two outcomes are called",
    ),
    ('name = "pace"\nkey =', 'name = "pace"\npage = "nowhere"\nkey =', "unknown page 'nowhere'"),
    ("values = [0.02", "low = 0.09\nhigh = 0.01\nvalues = [0.02", ""),
    (
        'key = "economy.reform_pace"\nvalues = [0.02, 0.08]',
        'key = "economy.reform_pace"\nlow = 0.09\nhigh = 0.01',
        "low must be less than high",
    ),
    (
        'key = "economy.reform_pace"\nvalues = [0.02, 0.08]',
        'key = "shocks.rouble_exit.date"\nlow = 3\nhigh = 5',
        "write it as",
    ),
    (
        'key = "economy.reform_pace"\nvalues = [0.02, 0.08]',
        'key = "M3.predation"\nvalues = [0, 1]',
        "is not a number; give levels",
    ),
    (
        'key = "economy.reform_pace"\nvalues = [0.02, 0.08]',
        'happens = { force = ["president.dies"] }',
        "low and high",
    ),
    (
        'key = "economy.reform_pace"\nvalues = [0.02, 0.08]',
        'happens = { force = ["president.flies"] }\nlow = "1995-01"\nhigh = "1996-01"',
        "president.dies",
    ),
    ('key = "economy.reform_pace"\n', "", "exactly one of key, keys, happens, levels"),
    (
        '[[factor]]\nname = "rules"',
        '[[factor]]\nname = "speed"\nkey = "economy.reform_pace"\n\n[[factor]]\nname = "rules"',
        "factors 'pace' and 'speed' both set economy.reform_pace.*only the later.*one of them",
    ),
    (
        'off = ["M3.predation"]',
        'change = { "economy.reform_pace" = 0.01 }',
        "'pace' and the factor 'rules', level 'no predation' both set economy.reform_pace",
    ),
    (
        'off = ["M3.predation"]',
        'fork = [{ at = "1992-01", change = { "economy.reform_pace" = 0.01 } }]',
        "'pace' and the factor 'rules', level 'no predation' both set economy.reform_pace",
    ),
    (
        'key = "economy.reform_pace"',
        'keys = ["economy.reform_pace", "economy.reform_pace"]',
        "'pace' names economy.reform_pace twice; name it once",
    ),
    (
        'key = "economy.reform_pace"\nvalues = [0.02, 0.08]',
        'key = "start.scale.citizens"\nvalues = [150, 200.5, 250]',
        "'pace'.*200.5.*whole number",
    ),
    (
        'key = "economy.reform_pace"\nvalues = [0.02, 0.08]',
        'key = "start.scale.citizens"\nlow = 150\nhigh = 152\nsteps = 5',
        "'pace' has 5 steps over 3 whole values",
    ),
]


def test_two_factors_may_not_name_two_countries(tmp_path):
    """Proposition 2: the later country would win."""
    levels = 'levels = [{ label = "a" }, { label = "b", scenario = "russia" }]\n'
    text = SMALL.replace(
        'name = "pace"\nkey = "economy.reform_pace"\nvalues = [0.02, 0.08]',
        'name = "pace"\n' + levels,
    )
    assert text != SMALL
    text = text.replace('label = "all" }', 'label = "all", scenario = "russia" }')
    text = text.replace("against = 0.02", 'against = "a"')
    with pytest.raises(BadInput, match="'pace', level 'b' and the factor 'rules', level 'all'"):
        read_experiment(written(tmp_path, text) / "experiment.toml")


@pytest.mark.parametrize("design", ["latin_hypercube", "one_at_a_time", "grid"])
def test_a_factor_on_a_number_of_agents_takes_whole_numbers(design):
    """Proposition 2: what passes the check is what is simulated."""
    from poruka.analysis.arm import Arm
    from poruka.analysis.designs import build_design_points
    from poruka.analysis.factors import Factor
    from poruka.analysis.scenario_builder import ScenarioBuilder
    from poruka.analysis.specification import Design

    factor = Factor(key="start.scale.citizens", low=100, high=301, within=0.3)
    ranged = Factor(key="start.scale.regions", within=0.37)
    builder = ScenarioBuilder("kazakhstan", Arm(), [factor, ranged])
    for one in (factor, ranged):
        one.validate_factor(builder.base_scenario)
    points = build_design_points(
        Design(kind=design, points=7), [factor, ranged], builder.base_scenario()
    )
    assert len(points) >= 5
    for point in points.to_dict("records"):
        start = builder(point).start()
        assert float(start.scale.citizens).is_integer() and float(start.scale.regions).is_integer()


@pytest.mark.parametrize(("old", "new", "said"), [one for one in BROKEN if one[2]])
def test_a_broken_file_says_what_and_where(tmp_path, old, new, said):
    """Proposition 2."""
    assert old in SMALL
    path = written(tmp_path, SMALL.replace(old, new, 1)) / "experiment.toml"
    with pytest.raises(BadInput, match=said) as error:
        read_experiment(path)
    assert str(path) in str(error.value) and "Traceback" not in str(error.value)


SENSITIVE = '\n[sensitivity]\nmethod = "morris"\n'
CALIBRATED = "\n[calibration]\n"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (SENSITIVE, "at least two factors that take numbers"),
        ('\n[[factor]]\nkey = "clans.rooting"\n' + SENSITIVE + "worlds = 6\n", "at least 7 worlds"),
        (
            '\n[[factor]]\nkey = "clans.rooting"\n' + SENSITIVE + 'factors = ["rules"]\n',
            "name only factors that take numbers",
        ),
        (
            '\n[[factor]]\nkey = "clans.rooting"\n' + SENSITIVE + "base = 48\n",
            "a power of two, such as 32",
        ),
        (
            '\n[[factor]]\nkey = "clans.rooting"\n' + SENSITIVE + 'series = ["contrl"]\n',
            "did you mean 'control'",
        ),
        (CALIBRATED, "has no targets"),
        (CALIBRATED + 'patterns = ["P14"]\nworlds = 12\n', "one history, so a particle plays one"),
        (CALIBRATED + 'patterns = ["P16"]\n', "one history cannot show it"),
        (CALIBRATED + 'figures = ["R217"]\n', "'rules' sets none"),
        ("\n[precision]\nquantity = 'wars'\nhalf_width = 1\n", "'wars'"),
        ("\n[[analysis]]\nkind = 'prim'\nwhere = { quantity = 'broken' }\n", "has no limits"),
        ("\n[[analysis]]\nkind = 'split'\n", "latin_hypercube or sobol_sequence"),
        ("\n[[analysis]]\nkind = 'tornado'\n", "needs the design one_at_a_time"),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(tmp_path, more, said):
    """Proposition 2."""
    with pytest.raises(BadInput, match=said):
        read_experiment(written(tmp_path, SMALL + more) / "experiment.toml")


@pytest.mark.parametrize(
    "text",
    ["", "= = =", "\x00\x01", "question = 3", "question = 'long enough to be one'", "factor = 3"],
)
def test_rubbish_is_refused_with_its_path_and_exit_code_2(tmp_path, text, capsys):
    """Proposition 2: on the command line too, with one message, no traceback and no folder made."""
    folder = written(tmp_path / "own", text)
    assert left_with("experiment", "run", folder, "--out", tmp_path / "out") == 2
    said = capsys.readouterr().err
    assert "experiment.toml" in said and "Traceback" not in said and not (tmp_path / "out").exists()


def test_an_experiment_that_is_not_there_is_refused_with_what_is(capsys):
    """Proposition 2."""
    assert left_with("experiment", "run", "01_market_sped") == 2
    assert "01_market_speed" in capsys.readouterr().err
    folder = ROOT / "experiments" / "02_succession_stage"
    assert (
        find_experiment("02").resolve()
        == find_experiment("02_succession_stage").resolve()
        == find_experiment(str(folder))
        == folder / "experiment.toml"
    )


def test_a_quantity_that_is_none_is_said_before_anything_long_is_played(tmp_path, monkeypatch):
    """Proposition 6."""
    from poruka.experiments import run as page

    monkeypatch.setattr(page, "evaluate_points", lambda *given: pytest.fail("worlds were played"))
    for wrong in ("mean_contrl", "mean control 1980-01..1981-01", "first_nothing"):
        with pytest.raises(BadInput, match="experiment.toml"):
            run_experiment(
                read_experiment(
                    written(tmp_path, SMALL.replace('"mean_control"', f'"{wrong}"'))
                    / "experiment.toml"
                )
            )


def test_the_file_of_the_manual_runs(tmp_path, capsys):
    """Proposition 3: the first TOML block of experiments/README.md, saved as it stands, with few
    worlds.
    """
    manual = (ROOT / "experiments" / "README.md").read_text()
    text = re.search(r"```toml\n(.*?)```", manual, re.S)[1]
    folder = written(tmp_path / "mine", text)
    assert left_with("experiment", "run", folder, "-n", 3, "--out", tmp_path / "out") == 0
    page = (tmp_path / "out" / "result.md").read_text()
    assert (
        read_experiment(folder / "experiment.toml").experiment.question in page
        and f"poruka experiment run {folder} -n 3" in page
    )
    assert (
        (tmp_path / "out" / "index.html").read_text().count("<figure")
        == len(list((tmp_path / "out" / "figures").glob("*.svg")))
        >= 1
    )
    assert capsys.readouterr().out.strip().endswith("result.md")
    keys = {
        key
        for model in re.findall(r"^\| `([\w, `]+)` \|", manual, re.M)
        for key in re.findall(r"\w+", model)
    }
    from poruka.analysis.specification import ANALYSIS_KINDS, EXPERIMENT_SCHEMAS, Experiment

    declared = {
        key for shape in (Experiment, *EXPERIMENT_SCHEMAS.values()) for key in shape.model_fields
    }
    assert declared - keys == set(), f"the manual does not explain {declared - keys}"
    assert keys - declared <= set(ANALYSIS_KINDS) | {
        "single",
        "grid",
        "factorial",
        "table",
        "latin_hypercube",
        "sobol_sequence",
        "one_at_a_time",
    }


def test_a_scenario_beside_the_experiment_may_be_named(tmp_path):
    """Proposition 3."""
    text = (
        (ROOT / "scenarios" / "kazakhstan.toml")
        .read_text()
        .replace("kazakhstan.record.csv", str(ROOT / "scenarios" / "kazakhstan.record.csv"))
    )
    (tmp_path / "mine.toml").write_text(re.sub(r"^record = .*\n", "", text, flags=re.M))
    found = read_experiment(
        written(tmp_path, SMALL.replace('"kazakhstan"', '"mine.toml"')) / "experiment.toml"
    )
    assert found.scenario.name == "mine"


def test_machines_and_people_get_the_same_numbers(tmp_path, capsys):
    """Proposition 4."""
    folder = written(tmp_path / "own")
    assert left_with("run", folder, "--out", tmp_path / "out", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (
        answer["worlds"] == 4
        and len(answer["points"]) == 8
        and answer["analyses"][0]["kind"] == "effects"
    )
    table = pd.read_csv(tmp_path / "out" / "tables" / "effects.csv")
    assert np.allclose(table["effect"], [row["effect"] for row in answer["analyses"][0]["rows"]])
    assert (
        json.loads((tmp_path / "out" / "manifest.json").read_text())["command"]
        == f"poruka experiment run {folder}"
    )
    assert (
        left_with("run", folder, "--until", "1995-01") == 2 and "--until" in capsys.readouterr().err
    )
    assert left_with("check", folder, "--json") == 0
    checked = json.loads(capsys.readouterr().out)
    assert checked["stages"] == [
        {"what": "design factorial", "points": 4, "worlds": 4, "at_most": False, "total": 16}
    ]
    assert left_with("experiment", "list", "--json") == 0
    assert {row["name"] for row in json.loads(capsys.readouterr().out)} == set(list_experiments())


EVERYTHING = """
question = "Does every kind of analysis come to a page?"
worlds = 2
context = { numbers = "declared" }

[[factor]]
key = "economy.reform_pace"
low = 0.02
high = 0.08
steps = 2

[[factor]]
key = "clans.rooting"
steps = 2

[[outcome]]
quantity = "mean_control"

[[outcome]]
quantity = "first_defection"
unit = "date"
"""


@pytest.mark.parametrize(
    ("more", "figures"),
    [
        (
            (
                '[design]\nkind = "one_at_a_time"\n[[analysis]]\nkind ='
                ' "tornado"\n[[analysis]]\nkind = "convergence"\noutcome = "mean_control"\n'
            ),
            {"tornado", "convergence"},
        ),
        (
            (
                '[design]\nkind = "sobol_sequence"\npoints = 16\n[[analysis]]\nkind ='
                ' "split"\n[[analysis]]\nkind = "prim"\nwhere = { quantity = "mean_control", low ='
                ' 0.6 }\n[[analysis]]\nkind = "tree"\nwhere = { quantity = "mean_control", low ='
                " 0.6 }\n"
            ),
            {"split", "prim", "tree"},
        ),
        (
            (
                '[design]\nkind = "grid"\n[[analysis]]\nkind = "modes"\nx = "clans.rooting"\ny ='
                ' "economy.reform_pace"\n[[analysis]]\nkind = "curve"\nx = "clans.rooting"\n'
            ),
            {"modes", "curve"},
        ),
        (
            (
                '[sensitivity]\nmethod = "morris then sobol"\ntrajectories = 2\nbase = 4\n'
                'worlds = 8\nresamples = 20\nseries = ["control"]\n'
            ),
            {"morris", "morris-control", "sobol", "sobol-control"},
        ),
        ("[screening]\nblocks = 20\nworlds = 8\n", {"screening"}),
        (
            (
                '[calibration]\npatterns = ["P14"]\nfigures ='
                ' ["R217"]\n[[calibration.target]]\nquantity = "mean_control"\nvalue = 0.6\n'
            ),
            {"posterior", "predictive", "implausibility"},
        ),
    ],
)
def test_every_kind_of_analysis_comes_to_its_figures(tmp_path, monkeypatch, more, figures):
    """Proposition 4; the page for browsers, which draws everything once more, is looked at
    elsewhere.
    """
    monkeypatch.setattr("poruka.reports.experiment_page.figure_html", lambda drawing, name: "")
    if "calibration" in more:
        more = more.replace(
            "[calibration]\n",
            "[calibration]\nparticles = 8\ngenerations = 2\nwaves = 2\nwave_points = 24\n"
            "wave_worlds = 2\npredictive = 4\ntrials ="
            " 3\nfit_worlds = 1\n",
        )
    folder = written(tmp_path / "own", EVERYTHING + more)
    assert left_with("experiment", "run", folder, "--out", tmp_path / "out") == 0
    made = {path.stem for path in (tmp_path / "out" / "figures").glob("*.png")}
    assert made == figures
    page = (tmp_path / "out" / "result.md").read_text()
    assert len(re.findall(r"^\*.* seed 1\.\* Numbers: `figures/", page, re.M)) == len(figures), (
        "every caption ends on n and seed"
    )
    assert all(
        f"figures/{name}.png" in page for name in figures
    ) and "nan" not in page.lower().replace("finance", "")
    if "posterior" in figures:
        assert set(
            kazakhstan().with_draws(tmp_path / "out" / "posterior.csv").parameter_draws.keys
        ) == {"economy.reform_pace", "clans.rooting"}


def test_a_killed_experiment_goes_on_to_the_same_end(tmp_path):
    """Proposition 5: killed hard after some worlds were kept; the second run plays fewer and gives
    the numbers of an undisturbed one.
    """
    folder = written(tmp_path / "own", SMALL.replace("worlds = 4", "worlds = 40"))
    whole = run_experiment(read_experiment(folder / "experiment.toml"), tmp_path / "whole")
    command = [
        sys.executable,
        "-m",
        "poruka.cli.main",
        "experiment",
        "run",
        str(folder),
        "--out",
        str(tmp_path / "out"),
    ]
    process = subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": str(MODEL)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    kept, started = tmp_path / "out" / "worlds.sqlite", time.monotonic()
    while time.monotonic() - started < 120 and process.poll() is None and _rows(kept) < 2:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = _rows(kept)
    assert 2 <= before < 16, f"killed too early or too late: {before} parts kept"
    again = run_experiment(read_experiment(folder / "experiment.toml"), tmp_path / "out")
    assert np.array_equal(again.design_result.values, whole.design_result.values) and _rows(
        kept
    ) == _rows(tmp_path / "whole" / "worlds.sqlite")


def _rows(path):
    import sqlite3

    if not path.is_file():
        return 0
    try:
        with sqlite3.connect(path) as connection:
            return connection.execute("select count(*) from made").fetchone()[0]
    except sqlite3.Error:
        return 0


def test_an_old_answer_is_called_old(tmp_path, capsys):
    """Proposition 7."""
    folder = written(tmp_path / "mine")
    assert result_status(read_experiment(folder / "experiment.toml")) == "no results yet"
    assert (
        left_with("experiment", "run", folder, "-n", 2, "--out", folder / "result", "--json") == 0
    )
    assert result_status(read_experiment(folder / "experiment.toml")) == "results up to date"
    for change, what in (
        (lambda made: {**made, "rules": "of before"}, "the rules"),
        (lambda made: {**made, "digest": "another"}, "the scenario"),
    ):
        made = json.loads((folder / "result" / "manifest.json").read_text())
        (folder / "result" / "manifest.json").write_text(json.dumps(change(made)))
        assert what in (changed_inputs(read_experiment(folder / "experiment.toml")) or ())
    written(folder, SMALL.replace("0.08", "0.07"))
    capsys.readouterr()
    assert left_with("check", folder) == 0
    assert (
        "results outdated: the question and the scenario and the rules changed"
        in capsys.readouterr().out
    )


def test_words_about_a_rule_do_not_make_an_answer_old():
    """Proposition 7."""
    source = 'def f(x):\n    "Words."\n    return x  # more words\n'
    assert (
        statements_of(source)
        == statements_of(source.replace("ords", "ors"))
        != statements_of(source.replace("return x", "return -x"))
    )


def test_worlds_that_fail_are_kept_with_their_seed_and_the_rest_goes_on(
    tmp_path, monkeypatch, capsys
):
    """Proposition 9: world 1 of every point leaves its bounds."""
    break_worlds(monkeypatch, 1)
    folder = written(tmp_path / "mine")
    assert left_with("experiment", "run", folder, "-n", 4, "--out", tmp_path / "out", "--json") == 0
    kept = pd.read_csv(tmp_path / "out" / "tables" / "failures.csv")
    assert (
        kept["world"].tolist() == [1] * 4
        and kept["seed"].nunique() == 1
        and kept["parameters"].nunique() == 4
        and kept["error"].str.len().min() > 10
    )
    assert "4 worlds failed and are left out" in (tmp_path / "out" / "result.md").read_text()
    capsys.readouterr()


def test_a_folder_of_answers_is_somebodys(tmp_path, capsys):
    """Proposition 9: not that of another process, of a run, or of another question."""
    folder, out = written(tmp_path / "mine"), tmp_path / "out"
    out.mkdir()
    with file_lock.acquire_lock(out / "lock"):
        assert left_with("experiment", "run", folder, "-n", 2, "--out", out) == 2
    assert "is in use by process" in capsys.readouterr().err
    (out / "lock").unlink()
    (out / "lock").mkdir()  # stands for a place where nobody may write, which root does not know
    assert left_with("experiment", "run", folder, "-n", 2, "--out", out) == 2
    assert "cannot be written" in capsys.readouterr().err
    (out / "lock").rmdir()
    for there, said in (
        ({"span": [0, 4]}, "holds a run"),
        ({"experiment": "theirs"}, "holds the results of theirs"),
    ):
        (out / "manifest.json").write_text(json.dumps(there))
        assert left_with("experiment", "run", folder, "-n", 2, "--out", out) == 2
        assert said in capsys.readouterr().err


def test_what_is_damaged_is_played_again_or_said(tmp_path):
    """Proposition 9: a flipped bit in what worlds gave; a file that is none any more."""
    found, out = read_experiment(written(tmp_path / "mine") / "experiment.toml"), tmp_path / "out"
    before = run_experiment(found, out, worlds=2).design_result.values
    with sqlite3.connect(out / "worlds.sqlite") as base:
        made = bytearray(base.execute("select made from made").fetchone()[0])
        made[6] ^= 1
        base.execute(
            "update made set made = ? where rowid = (select min(rowid) from made)", (bytes(made),)
        )
    base.close()
    assert np.array_equal(
        run_experiment(found, out, worlds=2).design_result.values, before, equal_nan=True
    )
    for name in ("worlds.sqlite-wal", "worlds.sqlite-shm"):
        (out / name).unlink(missing_ok=True)
    damaged = bytearray((out / "worlds.sqlite").read_bytes())
    damaged[100:] = b"x" * (len(damaged) - 100)
    (out / "worlds.sqlite").write_bytes(damaged)
    with pytest.raises(
        BadInput, match="worlds.sqlite cannot be used to store worlds.*simulated again"
    ):
        run_experiment(found, out, worlds=2)


def test_effects_are_those_of_two_ensembles_of_one_seed(tmp_path):
    """Proposition 8."""
    answer = run_experiment(
        read_experiment(written(tmp_path) / "experiment.toml"), worlds=12, seed=21
    )
    table = answer.analyses[0].table
    base = load("kazakhstan").change({"camps.clash": 0.0})
    means = {}
    for rules, off in (("all", ()), ("no predation", ("M3.predation",))):
        slow, fast = (
            simulate(
                base.change({"economy.reform_pace": pace}).without(*off),
                worlds=12,
                seed=21,
                progress=False,
            ).outcomes["mean_control"]
            for pace in (0.02, 0.08)
        )
        means[rules] = (fast - slow).mean()
        row = table[(table["quantity"] == "mean_control") & (table["by"] == rules)].iloc[0]
        assert (
            row["effect"] == pytest.approx(means[rules])
            and row["low"] <= row["effect"] <= row["high"]
            and row["worlds"] == 12
        )
    change = table[(table["quantity"] == "mean_control") & (table["by"] == "no predation")].iloc[0][
        "change"
    ]
    assert change == pytest.approx(means["no predation"] - means["all"])


def test_interactions_and_swings_come_out_of_a_known_function():
    """Proposition 8: a planted effect of 2 that doubles in the other group; intervals cover it, and
    a tornado is ordered by its swings.
    """
    points = pd.DataFrame([(x, g) for x in (0.0, 1.0) for g in ("a", "b")], columns=["x", "g"])
    model = AnalyticModel(
        {"y": lambda p: 2.0 * p["x"] * (1.0 + (p["g"] == "b"))}, noise=1.0, seed=2
    )
    table = compute_main_effects(
        evaluate_points(points, model, ["y"], 200), "x", None, "g", ["y"]
    ).set_index("by")
    for group, truth in (("a", 2.0), ("b", 4.0)):
        assert table.loc[group, "low"] <= truth <= table.loc[group, "high"]
    assert (
        table.loc["b", "change_low"] <= 2.0 <= table.loc["b", "change_high"]
        and table.loc["a", "change"] == 0.0
    )
    points = pd.DataFrame({"u": [0.0, -1.0, 1.0, 0.0, 0.0], "v": [0.0, 0.0, 0.0, -1.0, 1.0]})
    made = compute_tornado(
        evaluate_points(
            points, AnalyticModel({"y": lambda p: p["u"] + 3.0 * p["v"] + 9.0}), ["y"], 3
        ),
        ["u", "v"],
        ["y"],
    )
    assert (
        made["factor"].tolist() == ["v", "v", "u", "u"]
        and made["swing"].tolist() == [6.0, 6.0, 2.0, 2.0]
        and set(made["base"]) == {9.0}
    )
    assert (
        made.set_index(["factor", "end"]).loc[("v", "low"), "effect"] == -3.0
        and made["clear"].all()
    )


def test_the_leading_outcome_is_told_with_how_surely_it_leads():
    """Proposition 8: 30 of 40 against 10 leads surely, 21 against 19 does not."""

    def cell(counts):
        return np.repeat(np.eye(7), counts, axis=0)

    clear, close = cell([30, 10, 0, 0, 0, 0, 0]), cell([19, 21, 0, 0, 0, 0, 0])
    table = compute_modal_outcomes(
        DesignResult(
            pd.DataFrame({"x": [0, 1], "y": [0, 0]}),
            OUTCOME_SHARE_QUANTITIES,
            np.stack([clear, close]),
        ),
        "x",
        "y",
    )
    assert table["mode"].tolist() == ["incumbent", "heir"] and table["second"].tolist() == [
        "heir",
        "incumbent",
    ]
    assert (
        table["share"].tolist() == [0.75, 0.525]
        and table["sure"].iloc[0] > 0.99
        and 0.5 < table["sure"].iloc[1] < 0.8
    )
    assert (
        table["entropy"].iloc[0]
        < table["entropy"].iloc[1]
        == pytest.approx(-(0.475 * np.log(0.475) + 0.525 * np.log(0.525)) / np.log(7))
    )


def test_nothing_is_said_to_move_most_where_nothing_moves(tmp_path):
    """Proposition 4: a quantity that no number moves, beside one that `pace` does."""
    from poruka.analysis.sensitivity.morris import sample_morris_trajectories, screen_factors
    from poruka.analysis.sensitivity.sobol import build_saltelli_design, compute_sobol_indices
    from poruka.figures.base.axis_naming import AxisNaming
    from poruka.figures.experiments.sensitivity import MorrisFigure, TornadoFigure
    from poruka.figures.experiments.sobol import SobolFigure

    naming = AxisNaming(read_experiment(written(tmp_path) / "experiment.toml"))
    bounds, names = {"pace": (0.0, 0.1), "still": (0.0, 1.0)}, ["first_defection", "mean_control"]
    model = AnalyticModel(
        {"first_defection": lambda p: 9.0 + 0.0 * p["pace"], "mean_control": lambda p: p["pace"]}
    )
    one_by_one = pd.DataFrame(
        {"pace": [0.05, 0.0, 0.1, 0.05, 0.05], "still": [0.5, 0.5, 0.5, 0.0, 1.0]}
    )
    tornado = compute_tornado(evaluate_points(one_by_one, model, names, 4), list(bounds), names)
    points = sample_morris_trajectories(bounds, 6, 1)
    morris = screen_factors(evaluate_points(points, model, names, 8), bounds, names)
    points = build_saltelli_design(bounds, 32, 1)
    sobol = compute_sobol_indices(evaluate_points(points, model, names, 2), bounds, names)
    for figure in (
        TornadoFigure(tornado, naming, 4, 1),
        MorrisFigure(morris, naming, 12, 8, 1),
        SobolFigure(sobol, naming, 32, 2, 1),
    ):
        sentences = figure.alt.removesuffix(".").split(". ")
        (still,) = (one for one in sentences if "first break" in one)
        (moving,) = (one for one in sentences if "mean_control" in one)
        assert "pace" not in still and "most" not in still, figure.alt
        assert "pace" in moving and "most" in moving, figure.alt


def test_figures_are_drawn_on_axes_of_ones_own(tmp_path):
    """Proposition 4: alone or with panels, in somebody's own figure, with a table of exactly what
    is drawn and words for those who cannot see it.
    """
    import matplotlib.pyplot as plt

    from poruka.analysis.sensitivity.main_effects import compute_response_curve
    from poruka.analysis.sensitivity.morris import sample_morris_trajectories, screen_factors
    from poruka.analysis.sensitivity.sobol import build_saltelli_design, compute_sobol_indices
    from poruka.figures.base.axis_naming import AxisNaming
    from poruka.figures.comparisons.modal_outcome import ModalOutcome
    from poruka.figures.experiments.main_effects import CurveFigure, EffectsFigure
    from poruka.figures.experiments.sensitivity import MorrisFigure
    from poruka.figures.experiments.sobol import SobolFigure

    naming = AxisNaming(read_experiment(written(tmp_path) / "experiment.toml"))
    points = pd.DataFrame(
        [(x, g) for x in (0.02, 0.05, 0.08) for g in ("all", "no predation")],
        columns=["pace", "rules"],
    )
    known = {
        "first_defection": lambda p: 100.0 - 200.0 * p["pace"],
        "mean_control": lambda p: 0.5 + p["pace"],
    }
    played = evaluate_points(points, AnalyticModel(known, noise=0.1), list(known), 6)
    bounds = {"pace": (0.0, 0.1), "still": (0.0, 1.0)}
    morris = screen_factors(
        evaluate_points(
            sample_morris_trajectories(bounds, 4, 1), AnalyticModel(known), list(known), 2
        ),
        bounds,
        list(known),
    )
    sobol = compute_sobol_indices(
        evaluate_points(build_saltelli_design(bounds, 8, 1), AnalyticModel(known), list(known), 2),
        bounds,
        list(known),
        resamples=20,
    )
    cells = compute_modal_outcomes(
        DesignResult(points, OUTCOME_SHARE_QUANTITIES, np.repeat(np.eye(7)[None, :6], 6, axis=0)),
        "pace",
        "rules",
    )
    made = [
        CurveFigure(
            compute_response_curve(played, "pace", "rules", list(known)),
            "pace",
            "rules",
            naming,
            6,
            1,
        ),
        EffectsFigure(
            compute_main_effects(played, "pace", None, "rules", list(known)),
            "pace",
            "rules",
            naming,
            6,
            1,
        ),
        ModalOutcome.from_points(cells, "pace", "rules", naming, 1),
        MorrisFigure(morris, naming, 12, 2, 1),
        SobolFigure(sobol, naming, 32, 2, 1),
    ]
    figure, axes = plt.subplots(1, len(made))
    for ax, one in zip(axes, made, strict=True):
        one.draw(ax)
        assert (
            len(one.table) and one.title and len(one.alt) > 40 and one.caption.endswith("seed 1.")
        )
    assert "first break" in made[0].alt and "1998" in made[0].alt, "months are told as dates"
    modal = made[2].table
    assert (
        modal["outcome"].tolist() == cells["mode"].tolist()
        and modal["share"].tolist() == cells["share"].tolist()
    )
    assert list(dict.fromkeys(modal["rules"])) == ["all", "no predation"], (
        "levels stand in the order of the file"
    )
    figure.canvas.draw()
    plt.close(figure)


def test_a_series_is_asked_for_year_by_year():
    """Proposition 4: all months once, in order."""
    texts = yearly_mean_quantities("control", "1990-03", 178)
    assert (
        len(texts) == 15
        and texts[0] == "mean control 1990-03..1990-12"
        and texts[-1] == "mean control 2004-01..2004-12"
    )
