"""What the coverage tests share: the accepted range, and the list of methods that give intervals.

A test file of coverage has a dictionary ``COVERED``, from the public function that gives an
interval (``module.function`` below `poruka`) to the name of its test in that file.
"""

import ast
import re
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2] / "model" / "poruka"
SEARCHED = ("analysis", "comparison", "theory", "simulation", "scoring", "utils", "figures")
INTERVAL_WORDS = re.compile(r"9[05] %|\b[Ii]ntervals?\b")
RETURNED = (
    "Interval",
    "EffectEstimate",
    "tuple[float, float]",
    "LeadEstimate",
    "StandardErrors",
    "DrawEstimate",
)
LOW, HIGH = 0.92, 0.98
"""Between these shares the intervals of nominal 95 % must hold the truth."""


def covered(low, high, truth):
    """Return for each interval whether it holds the truth."""
    low, high = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    assert np.isfinite(low).all() and np.isfinite(high).all()
    return (low <= truth) & (truth <= high)


def assert_coverage(held, what, low=LOW, high=HIGH):
    """Fail if the share of intervals that hold the truth is not in the accepted range."""
    share = float(np.mean(held))
    assert low <= share <= high, f"{what}: {share:.1%} of {np.size(held)} intervals hold the truth"


def core_functions():
    """Return the names of the functions of the core that make intervals."""
    return {
        node.name
        for name in (
            "utils/statistics.py",
            "utils/draw_statistics.py",
            "analysis/statistics.py",
            *(f"analysis/inference/{path.name}" for path in ROOT.glob("analysis/inference/*.py")),
        )
        for node in ast.parse((ROOT / name).read_text()).body
        if isinstance(node, ast.FunctionDef)
        and ast.unparse(node.returns or node).endswith(RETURNED)
    }


def interval_functions():
    """Return every function and method that takes an interval from the core, and every public one
    whose documentation speaks of an interval.
    """
    core, found = core_functions(), set()
    for path in sorted(path for part in SEARCHED for path in ROOT.glob(f"{part}/**/*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        tree = ast.parse(path.read_text())
        named = [("", node) for node in tree.body] + [
            (f"{node.name}.", part)
            for node in tree.body
            if isinstance(node, ast.ClassDef)
            for part in node.body
        ]
        for owner, node in named:
            if not isinstance(node, ast.FunctionDef):
                continue
            said = INTERVAL_WORDS.search(ast.get_docstring(node) or "")
            called = {
                call.func.id
                for call in ast.walk(node)
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
            }
            if called & core or (said and not node.name.startswith("_")):
                found.add(f"{module}.{owner}{node.name}")
    return found
