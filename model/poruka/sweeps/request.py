"""The one call with which a sweep is asked for."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from poruka.analysis.cache import ProgressCallback
from poruka.scenario.scenario import Scenario, load
from poruka.simulation.request_values import seed_number
from poruka.sweeps.play import checked_worlds
from poruka.sweeps.points import build_points
from poruka.sweeps.sweep import Sweep
from poruka.sweeps.table_quantities import quantity_names
from poruka.utils.errors import BadInput
from poruka.utils.paths import absolute_path
from poruka.utils.plain_values import plain_values


def sweep(
    scenario: Scenario | str | Path,
    axes: Mapping[str, Any] | pd.DataFrame,
    worlds: int = 100,
    seed: int | Sequence[int] = 1,
    out: str | Path | None = None,
    quantities: Sequence[str] = (),
    progress: ProgressCallback | bool | None = None,
) -> Sweep:
    """Play worlds at every combination of values and return them as one tidy table.

    World k of a seed has the same luck at every point, so that points differ only by what is swept.

    Parameters
    ----------
    scenario : Scenario, str or Path
        A scenario, or the name or path of its file.
    axes : mapping or DataFrame
        Values by key, of which every combination is a point; or a table with one row for each
        point. Keys are those of ``scenario.keys()`` (numbers of the rules, start values, shocks and
        their dates, instruments, links; mechanisms and switches take True and False), ``scenario``
        (names), ``rules`` (``"main"``, names of rivals), ``fork`` (what :meth:`Scenario.fork`
        takes, or None), an act with months (``"force president.dies": ["1995-01", "2002-01"]``),
        or any name with labelled changes (``{"oil": {"none": {…}, "as it was": {}}}``). Values may
        be lists, ranges, arrays, columns, categoricals and dates.
    worlds : int
        Worlds of each seed at each point, at most 5,000.
    seed : int or sequence of int
    out : str or Path, optional
        Folder where worlds are kept: the same call continues after an interruption, and nothing is
        played twice. It belongs to one scenario; ``table.csv`` there is that of the last call.
    quantities : sequence of str
        Further columns, in the grammar of :mod:`poruka.analysis.quantities`.
    progress : bool or callable, optional
        A bar by default on a terminal or in a notebook; a callable gets ``(done, total)``.

    Returns
    -------
    Sweep
        With ``table``, ``points``, ``summary``, ``effects``, ``curve``, ``plot`` and ``extend``.

    Raises
    ------
    BadInput
        For an unknown key or a value out of range; all points are checked before any is played.

    Examples
    --------
    >>> played = sweep("kazakhstan", {"start.president.age": [40, 60]}, worlds=2, progress=False)
    >>> played.table.shape[0], list(played.table.columns[:3])
    (4, ['start.president.age', 'seed', 'world'])
    """
    base = scenario if isinstance(scenario, Scenario) else load(scenario)
    seeds = tuple(seed_number(one) for one in plain_values(seed))
    if not seeds or len(set(seeds)) != len(seeds):
        raise BadInput(f"seed is {seed!r}; give a whole number, or several different ones.")
    folder = None if out is None else absolute_path(out, "out", "a folder")
    points = build_points(base, axes)
    asked = quantity_names(quantities)
    return Sweep(base, points, checked_worlds(worlds), seeds, asked, folder, progress)
