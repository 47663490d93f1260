"""Compiled worlds are the interpreted ones byte by byte over the whole length of every country.

1. A small world of each shipped country, played to the end of its scenario and on to December
   2022, is the same compiled and interpreted: in every month, with what has become of it by then,
   and in all its results.

Worlds in which everything is made to happen, over a few months, are in `test_forced_worlds.py`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from package_folder import MODEL
from state_digests import COUNTRIES
from whole_lengths import LAST, digests_of_whole_length

import poruka as pk
from poruka.engine.jit import JIT_ENABLED

HERE = Path(__file__).parent


def interpreted(country: str) -> dict[str, str]:
    """Return the digests of a country that a process without the compiler finds."""
    folders = os.pathsep.join([str(HERE), str(MODEL)])
    done = subprocess.run(
        [sys.executable, str(HERE / "whole_lengths.py"), country],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": folders},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.skipif(not JIT_ENABLED, reason="compares with compiled worlds")
@pytest.mark.parametrize("country", COUNTRIES)
def test_a_country_is_the_same_compiled_and_interpreted_to_its_end(country):
    """Proposition 1."""
    compiled, plain = digests_of_whole_length(country), interpreted(country)
    scenario = pk.load(country, numbers="declared")
    assert compiled.keys() == plain.keys() >= {scenario.date_of(scenario.months - 1), LAST}
    parted = next((place for place in compiled if compiled[place] != plain[place]), None)
    assert parted is None, f"{country} is another world from {parted} on"
