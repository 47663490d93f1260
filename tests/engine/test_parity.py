"""Compiled and interpreted, in any order of threads: the same world to the last bit.

1. A compiled world equals the interpreted one, byte for byte, month after month.
2. One more citizen, oligarch or region disturbs nobody else's draws.
"""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from package_folder import MODEL
from worlds import kazakhstan, play, small

ROOT = Path(__file__).parents[2]
CODE = """
import sys
import numpy as np
from worlds import play, small
from poruka.simulation.regime import Regime
for world in (0, 5):
    regime = Regime(small(), seed=9, world=world)
    digests = []
    for _ in range(int(sys.argv[1])):
        regime.step()
        digests.append(regime.state_digest())
    print(*digests, sep="\\n")
"""


def digests(interpreted: bool, months: int) -> list[str]:
    """Return the state's hash after every month of two small worlds, from a process of its own."""
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1" if interpreted else "0"}
    folders = [str(ROOT / "tests" / "support"), str(MODEL)]
    environment["PYTHONPATH"] = os.pathsep.join(folders)
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(months)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_compiled_and_interpreted_worlds_are_identical():
    """Proposition 1: 72 months hold independence, votes, bills, decrees, clashes and often a
    dissolution.
    """
    kazakhstan()
    compiled, interpreted = digests(False, 72), digests(True, 72)
    assert len(compiled) == 144
    same = next(
        (i for i, (one, two) in enumerate(zip(compiled, interpreted, strict=True)) if one != two),
        None,
    )
    assert same is None, f"the worlds part in month {same % 72} of world {(0, 5)[same // 72]}"


def test_one_more_agent_disturbs_nobody_elses_draws():
    """Proposition 2: the first agents of a larger table are drawn as in the smaller one."""
    for key, table, columns in (
        ("start.scale.citizens", "citizens", ("age", "market")),
        ("start.scale.oligarchs", "oligarchs", ("ability", "boldness")),
        ("start.scale.deputies", "deputies", ("boldness",)),
    ):
        base = int(dict(small().overrides)[key])
        less, more = play(small(), 3, 1, 1), play(small().change({key: base + 10}), 3, 1, 1)
        for column in columns:
            one, two = getattr(less.world, table)[column], getattr(more.world, table)[column]
            kept = (
                np.isclose(one, two[: len(one)], rtol=0, atol=0)
                if column != "age"
                else one == two[: len(one)]
            )
            assert kept.all(), (
                f"{table}.{column} of {np.flatnonzero(~kept)[:3]} changed when ten were added"
            )
