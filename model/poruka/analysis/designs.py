"""Designs: the points in the space of factors at which worlds are simulated."""

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
    """Return the points of a design, one row a point, one column a factor.

    Months are counted from the start.

    Parameters
    ----------
    design : Design
    factors : sequence of Factor
        Those with levels are crossed with every point of the others.
    scenario : Scenario
        The scenario whose defaults and dates apply.
    folder : Path
        The folder of the file named by a design ``table``.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> pace = Factor(key="economy.reform_pace", steps=3)
    >>> points = build_design_points(Design(kind="grid"), [pace], load("kazakhstan"))
    >>> points["economy.reform_pace"].tolist()
    [0.0, 0.05, 0.1]
    """
    if design.kind == "single":
        return pd.DataFrame(index=[0])
    if design.kind == "table":
        return _read_point_table(folder / design.file, factors, scenario)
    if design.kind in ("grid", "factorial"):
        return _cartesian_product(
            {factor.label: factor.grid_values(scenario) for factor in factors}
        )
    numbers = [factor for factor in factors if factor.is_number]
    levels = {factor.label: factor.grid_values(scenario) for factor in factors if factor.levels}
    points = (
        one_at_a_time_points(numbers, scenario)
        if design.kind == "one_at_a_time"
        else sample_factor_ranges(design, numbers, scenario)
    )
    return points.merge(_cartesian_product(levels), how="cross") if levels else points


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
    # Powers of two keep the sequence balanced; the first ``points`` of it are returned.
    return np.asarray(
        qmc.Sobol(dimensions, rng=np.random.default_rng(seed)).random_base2(
            max(1, (points - 1).bit_length())
        )
    )[:points]


def sample_factor_ranges(
    design: Design, factors: Sequence[Factor], scenario: Scenario
) -> pd.DataFrame:
    """Return points sampled over the ranges of the factors."""
    unit = sample_unit_cube(design.kind, design.points, len(factors), design.seed)
    columns = {}
    for index, factor in enumerate(factors):
        low, high = factor.bounds(scenario)
        columns[factor.label] = factor.round_values(low + unit[:, index] * (high - low))
    return pd.DataFrame(columns)


def one_at_a_time_points(factors: Sequence[Factor], scenario: Scenario) -> pd.DataFrame:
    """Return the base point, then each factor at its lower and its upper limit by itself."""
    base = {factor.label: factor.default_value(scenario) for factor in factors}
    rows = [base]
    for factor in factors:
        rows += [{**base, factor.label: limit} for limit in factor.bounds(scenario)]
    return pd.DataFrame(rows)


def _read_point_table(path: Path, factors: Sequence[Factor], scenario: Scenario) -> pd.DataFrame:
    """Return the points of a file; every cell is validated."""
    try:
        reader = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), restval="")
        rows, header = list(reader), list(reader.fieldnames or [])
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"the table of points {path} cannot be read ({error}); give a CSV with one column a"
            " factor."
        ) from None
    names = [factor.label for factor in factors]
    if repeated := [column for column in dict.fromkeys(header) if header.count(column) > 1]:
        raise BadInput(
            f"the table of points {path} has the column {repeated[0]!r} twice; keep one of them."
        )
    if not rows or sorted(rows[0], key=str) != sorted(names):
        present = ", ".join(str(column) for column in rows[0]) if rows else "none"
        raise BadInput(
            f"the table of points {path} needs at least one row and the columns {', '.join(names)};"
            f" it has {present}."
        )
    points = []
    for line, row in enumerate(rows, start=2):
        point: dict[str, object] = {}
        for factor in factors:
            cell = row[factor.label].strip()
            location = f"{path.name}, line {line}, {factor.label}"
            if factor.levels:
                if cell not in [level.label for level in factor.levels]:
                    raise unknown_name_error(
                        "level", cell, [level.label for level in factor.levels], location
                    )
                point[factor.label] = cell
                continue
            try:
                point[factor.label] = factor.to_number(
                    cell if factor.is_date else float(cell), scenario
                )
                factor.apply_to(scenario, point[factor.label])
            except (BadInput, ValueError) as error:
                raise BadInput(f"{location}: {cell!r} cannot be used: {error}") from None
        points.append(point)
    return pd.DataFrame(points, columns=names)
