"""Other Pythons.

1. Where Python 3.12 or 3.13 is present, the package installs into a fresh environment and plays a
   month, interpreted.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = (
    "import poruka as pk; r = pk.Regime(pk.load('kazakhstan'), seed=1, world=0); r.step();"
    " print(round(r.control, 6))"
)


@pytest.mark.slow
@pytest.mark.parametrize("python", ["python3.12", "python3.13"])
def test_the_package_installs_and_plays_a_month(python, tmp_path):
    """Proposition 1."""
    there = shutil.which(python)
    works = (
        there
        and subprocess.run(
            [there, "-c", "import venv"], capture_output=True, check=False
        ).returncode
        == 0
    )
    if not works:
        pytest.skip(f"{python} is not on this machine")
    quiet = {"check": True, "capture_output": True, "text": True}
    subprocess.run([there, "-m", "venv", str(tmp_path / "env")], **quiet)
    subprocess.run(
        [
            str(tmp_path / "env/bin/pip"),
            "install",
            "--quiet",
            "-c",
            str(ROOT / "constraints.txt"),
            str(ROOT),
        ],
        **quiet,
    )
    done = subprocess.run(
        [str(tmp_path / "env/bin/python"), "-c", CODE],
        cwd=tmp_path,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": ""},
        **quiet,
    )
    assert 0.0 <= float(done.stdout) <= 1.0
