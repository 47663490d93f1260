"""Designs: which points of the factors are played."""

import csv
import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from poruka.analysis.factors import Factor
from poruka.analysis.specification import Design
from poruka.scenario.scenario import Scenario
from poruka.utils.errors import BadInput, unknown_name_error


def build_design_points(
    design: Design, factors: Sequence[Factor], scenario: Scenario, folder: Path = Path()
) -> pd.DataFrame:
    """Return the points of a design, one row a point, one column a factor; months are counted from
    the start.

    Parameters
    ----------
    design : Design
    factors : sequence of Factor
        Those with levels are crossed with every point of the others.
    scenario : Scenario
        Whose defaults and dates are meant.
    folder : Path
        Where the table of a design ``table`` lies.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> pace = Factor(key="economy.reform_pace", steps=3)
    >>> build_design_points(Design(kind="grid"), [pace], load("kazakhstan"))["economy.reform_pace"].tolist()
    [0.0, 0.05, 0.1]
    """
    if design.kind == "single":
        return pd.DataFrame(index=[0])
    if design.kind == "table":
        return _read_point_table(folder / design.file, factors, scenario)
    if design.kind in ("grid", "factorial"):
        return _cartesian_product({one.label: one.grid_values(scenario) for one in factors})
    numbers, levels = (
        [one for one in factors if one.is_number],
        {one.label: one.grid_values(scenario) for one in factors if one.levels},
    )
    made = (
        one_at_a_time_points(numbers, scenario)
        if design.kind == "one_at_a_time"
        else sample_factor_ranges(design, numbers, scenario)
    )
    return made.merge(_cartesian_product(levels), how="cross") if levels else made


def _cartesian_product(values: dict[str, list]) -> pd.DataFrame:
    return pd.DataFrame(list(itertools.product(*values.values())), columns=list(values))


def sample_unit_cube(kind: str, points: int, dimensions: int, seed: int) -> np.ndarray:
    """Return points of the unit cube: a Latin hypercube, or a scrambled Sobol sequence.

    Examples
    --------
    >>> sorted((4 * sample_unit_cube("latin_hypercube", 4, 1, seed=1)[:, 0]).astype(int).tolist())
    [0, 1, 2, 3]
    """
    from scipy.stats import qmc

    if kind == "latin_hypercube":
        return np.asarray(
            qmc.LatinHypercube(dimensions, rng=np.random.default_rng(seed)).random(points)
        )
    # Whole powers of two keep the sequence balanced; the points asked for are its beginning.
    return np.asarray(
        qmc.Sobol(dimensions, rng=np.random.default_rng(seed)).random_base2(
            max(1, (points - 1).bit_length())
        )
    )[:points]


def sample_factor_ranges(
    design: Design, factors: Sequence[Factor], scenario: Scenario
) -> pd.DataFrame:
    """Return points spread over the ranges of the factors."""
    unit = sample_unit_cube(design.kind, design.points, len(factors), design.seed)
    made = {}
    for place, one in enumerate(factors):
        low, high = one.bounds(scenario)
        made[one.label] = one.round_values(low + unit[:, place] * (high - low))
    return pd.DataFrame(made)


def one_at_a_time_points(factors: Sequence[Factor], scenario: Scenario) -> pd.DataFrame:
    """Return the point where nothing is moved, then each factor at its low and its high end with
    the others as they are.
    """
    base = {one.label: one.default_value(scenario) for one in factors}
    rows = [base]
    for one in factors:
        rows += [{**base, one.label: end} for end in one.bounds(scenario)]
    return pd.DataFrame(rows)


def _read_point_table(path: Path, factors: Sequence[Factor], scenario: Scenario) -> pd.DataFrame:
    """Return the points of a file, checked cell by cell."""
    try:
        reader = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), restval="")
        rows, header = list(reader), list(reader.fieldnames or [])
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"the table of points {path} cannot be read ({error}); give a CSV with one column a"
            " factor."
        ) from None
    names = [one.label for one in factors]
    if twice := [one for one in dict.fromkeys(header) if header.count(one) > 1]:
        raise BadInput(f"the table of points {path} has the column {twice[0]!r} twice; keep one.")
    if not rows or sorted(rows[0], key=str) != sorted(names):
        have = ", ".join(str(one) for one in rows[0]) if rows else "none"
        raise BadInput(
            f"the table of points {path} needs at least one row and the columns {', '.join(names)};"
            f" it has {have}."
        )
    made = []
    for line, row in enumerate(rows, start=2):
        point: dict[str, object] = {}
        for one in factors:
            text = row[one.label].strip()
            where = f"{path.name}, line {line}, {one.label}"
            if one.levels:
                if text not in [level.label for level in one.levels]:
                    raise unknown_name_error(
                        "level", text, [level.label for level in one.levels], where
                    )
                point[one.label] = text
                continue
            try:
                point[one.label] = one.to_number(text if one.is_date else float(text), scenario)
                one.apply_to(scenario, point[one.label])
            except (BadInput, ValueError) as error:
                raise BadInput(f"{where}: {text!r} cannot be used: {error}") from None
        made.append(point)
    return pd.DataFrame(made, columns=names)
