"""Worlds that are added to a run.

1. The worlds added are to the bit those of a run begun with the larger number, whatever the number
   of worlds before, and none of those that were there is played again.
2. The manifest, the tables, the description for archives and a reader's sentence give the new
   number, and every finished world is verified.
3. An extension that is interrupted can be read meanwhile, and goes on where it stopped.
4. A part, a selection, the worlds over the numbers, a smaller number and a run made with other
   rules or another scenario are refused in words, and nothing is written.
5. The command line adds worlds, and says how where a run with more of them is asked for.
6. A manifest that claims worlds were added, but not in order, is no manifest.
"""

import json
from pathlib import Path

import pandas as pd
import pytest
from torture import contents
from worlds import kazakhstan

import poruka as pk
from poruka.cli.main import main
from poruka.runs import chunks as chunks_page
from poruka.runs.manifest import format_manifest
from poruka.runs.open_run import resume_run
from poruka.runs.verify import verify_run
from poruka.simulation import runner as runner_page
from poruka.utils.checksums import with_checksum
from poruka.utils.errors import BadInput

ASKED = {"seed": 4, "until": "1993-06", "progress": False, "processes": 0}


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    """Make chunks of four worlds, so that a few worlds are many files."""
    monkeypatch.setattr(runner_page, "WORLDS_PER_CHUNK", 2)
    monkeypatch.setattr(chunks_page, "WORLDS_PER_CHUNK", 4)


@pytest.fixture
def played(monkeypatch):
    """Return the worlds that are played from now on."""
    worlds: list[int] = []
    honest = runner_page.run_chunk

    def run_chunk(*arguments):
        worlds.extend(range(arguments[6], arguments[6] + arguments[7]))
        return honest(*arguments)

    monkeypatch.setattr(runner_page, "run_chunk", run_chunk)
    return worlds


def tables(run) -> list[pd.DataFrame]:
    """Return outcomes and events of a run."""
    return [run.outcomes.astype({"outcome": str}), run.events.astype(str).reset_index(drop=True)]


def same(one, other) -> bool:
    """Return whether two runs hold the same worlds to the bit."""
    for left, right in zip(tables(one), tables(other), strict=True):
        pd.testing.assert_frame_equal(left, right, check_dtype=False)
    return bool(one.series.identical(other.series))


def begun(folder: Path, worlds: int = 6, **more):
    """Return a small run in a folder."""
    return pk.simulate(kazakhstan(), worlds=worlds, out=folder, **{**ASKED, **more})


def test_worlds_added_are_those_of_the_larger_run(tmp_path, played):
    """Propositions 1 and 2: six worlds fill no whole chunk, eight do."""
    larger = begun(tmp_path / "larger", 13)
    for first in (6, 8):
        small = begun(tmp_path / str(first), first)
        played.clear()
        extended = small.extend(worlds=13, progress=False, processes=0)
        assert sorted(played) == list(range(first, 13))
        assert same(extended, larger) and same(pk.open_run(tmp_path / str(first)), larger)
        assert extended.status == "Finished: 13 worlds."
        assert extended.manifest["counts"] == {"played": 13, "failed": 0}
        assert [row["worlds"] for row in extended.manifest["extensions"]] == [first]
        crate = (tmp_path / str(first) / "ro-crate-metadata.json").read_text()
        assert "13 worlds of Kazakhstan" in crate
        found = verify_run(tmp_path / str(first))
        assert found.is_valid and (found.worlds, found.intact_worlds) == (13, 13), (
            found.format_report()
        )
        # The same call as for the larger run finds it finished.
        played.clear()
        assert same(begun(tmp_path / str(first), 13), larger) and not played
    # Where chunks are whole, even the tables are the same files.
    assert contents(tmp_path / "8").keys() == contents(tmp_path / "larger").keys()


def test_worlds_are_added_twice_and_damage_is_mended(tmp_path, played):
    """Propositions 1 and 2."""
    run = begun(tmp_path / "run", 3).extend(5, progress=False).extend(11, progress=False)
    assert same(run, begun(tmp_path / "whole", 11))
    assert [row["worlds"] for row in run.manifest["extensions"]] == [3, 5]
    played.clear()
    (tmp_path / "run" / "events" / "worlds-000000003.parquet").unlink()
    assert not verify_run(tmp_path / "run").is_valid
    assert "worlds 3 to 4" in verify_run(tmp_path / "run").format_report()
    mended = resume_run(tmp_path / "run", processes=0, progress=False)
    assert sorted(played) == [3, 4] and same(mended, run)


def test_an_interrupted_extension_is_read_and_goes_on(tmp_path, played):
    """Proposition 3."""
    run = begun(tmp_path / "run", 6)

    def interrupt(done: int, total: int) -> None:
        assert total == 14
        if done >= 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.extend(14, progress=interrupt, threads=1, processes=0)
    meanwhile = pk.open_run(tmp_path / "run")
    assert meanwhile.coverage == "10 of 14 worlds (4 missing)" and not meanwhile.damage
    assert meanwhile.outcomes["world"].to_list() == list(range(10))
    assert verify_run(tmp_path / "run").damaged == []
    played.clear()
    resumed = resume_run(tmp_path / "run", processes=0, progress=False)
    assert sorted(played) == [10, 11, 12, 13]
    assert same(resumed, begun(tmp_path / "whole", 14))


def files(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(run, said: str, worlds: int = 9) -> None:
    """Check that worlds are not added to a run, in words, and that nothing is written."""
    before = files(run.folder)
    with pytest.raises(BadInput, match=said):
        run.extend(worlds, progress=False)
    assert files(run.folder) == before


def test_what_cannot_be_extended_is_refused(tmp_path, monkeypatch):
    """Proposition 4."""
    run = begun(tmp_path / "run")
    refused(run, "has 6 already", worlds=5)
    refused(run, "worlds is 0", worlds=0)
    refused(run.thinned(4), "extend the run it is from")
    part = begun(tmp_path / "parts", 12, shard="1/3")
    refused(part, "merge the parts", worlds=20)
    both = begun(tmp_path / "both", 2, over_numbers="prior:2x1")
    refused(both.over_numbers, "draws over the numbers")
    monkeypatch.setattr(
        "poruka.runs.manifest.source_fingerprint", lambda *_: "rules of another time"
    )
    refused(run, "would not be comparable")


def test_a_run_of_another_scenario_is_refused(tmp_path):
    """Proposition 4: the file of the scenario was changed since, so the run is read otherwise."""
    run = begun(tmp_path / "run")
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text())
    manifest["resolved"]["title"] = "Elsewhere"
    manifest["digest"] = "0" * 64
    (tmp_path / "run" / "manifest.json").write_text(format_manifest(manifest))
    assert run.manifest["digest"] != "0" * 64
    with pytest.raises(BadInput, match="the scenario changed"):
        resume_run(tmp_path / "run", worlds=9, progress=False)
    assert json.loads((tmp_path / "run" / "manifest.json").read_text())["worlds"] == 6


def test_the_command_line_adds_worlds(tmp_path, capsys):
    """Proposition 5."""
    begun(tmp_path / "run", 4)
    ask = ["run", "kazakhstan", "--seed", "4", "--until", "1993-06", "-n", "7", "--json"]
    ask += ["--numbers", "declared", "--draws", "none"]
    with pytest.raises(SystemExit) as left:
        main([*ask, "--out", str(tmp_path / "run")])
    assert left.value.code == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "-n 7` adds worlds" in said
    with pytest.raises(SystemExit) as left:
        main(["resume", str(tmp_path / "run"), "-n", "7", "--processes", "0", "--json"])
    assert left.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["worlds"], told["available"], told["missing"]) == (7, 7, 0)
    assert "7 worlds" in (tmp_path / "run" / "report.html").read_text()


@pytest.mark.parametrize("counts", [[7], [6], [3, 2], [2, 2], [0]])
def test_a_manifest_with_a_wrong_order_of_extensions_is_none(tmp_path, counts):
    """Proposition 6."""
    run = begun(tmp_path / "run")
    changed = run.manifest | {"extensions": [{"worlds": n, "command": []} for n in counts]}
    changed.pop("checksum", None)
    (tmp_path / "run" / "manifest.json").write_text(json.dumps(with_checksum(changed)))
    with pytest.raises(BadInput, match="cannot be read as a manifest"):
        pk.open_run(tmp_path / "run")
