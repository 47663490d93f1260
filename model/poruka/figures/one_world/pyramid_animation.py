"""The pyramid of patronage as an animation over dates."""

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from poruka.figures.base.style import GREY, NEAR_BLACK, figure_style
from poruka.figures.one_world.pyramid import PatronagePyramid, build_pyramid, legend_entries
from poruka.utils.atomic_files import write_bytes_atomically, write_text_atomically
from poruka.utils.errors import BadInput
from poruka.utils.paths import absolute_path

SECONDS_PER_FRAME = 0.35
"""How long each date is shown."""


def dates_between(first: str, last: str, step_months: int) -> list[str]:
    """Return the dates from first to last at a step of months, the last included.

    Examples
    --------
    >>> dates_between("1990-03", "1990-10", 3)
    ['1990-03', '1990-06', '1990-09', '1990-10']
    """
    if step_months < 1:
        raise BadInput(f"step_months is {step_months!r}; give a number of months from 1 up.")
    dates = [f"{date:%Y-%m}" for date in pd.date_range(first, last, freq=f"{step_months}MS")]
    return dates if dates and dates[-1] == last else [*dates, last]


def save_animation(pyramid: PatronagePyramid, path: str | Path) -> Path:
    """Write the dates of a pyramid as a looping GIF, and its table as CSV beside it.

    Parameters
    ----------
    pyramid : PatronagePyramid
        One date for each frame.
    path : path
        Path of the GIF; its folder must exist.
    """
    import matplotlib.pyplot as plt
    from matplotlib.animation import PillowWriter

    path = absolute_path(path)
    with figure_style(), tempfile.TemporaryDirectory() as drafts:
        draft = Path(drafts) / f"animation{path.suffix}"
        figure, ax = plt.subplots(figsize=(10.0, 4.2), layout="constrained")
        sample_note = pyramid.caption[pyramid.caption.rindex("n = ") :]
        note = (
            "Positions do not change; colour: clan; ring: nearness to the ruler; shape and line:"
            f" stance; size: fortune. {sample_note}"
        )
        figure.supxlabel(note, x=0.01, ha="left", fontsize=8, color=GREY)
        slow: Any = 1 / SECONDS_PER_FRAME  # its stubs ask for a whole number
        writer = PillowWriter(fps=slow)
        with writer.saving(figure, draft, dpi=80):
            for date in pyramid.dates:
                ax.clear()
                pyramid._draw_date(ax, pyramid.table[pyramid.table["date"] == date])
                ax.set_title(pyramid._describe_stances(date), color=NEAR_BLACK)
                ax.legend(
                    *legend_entries(),
                    loc="upper center",
                    bbox_to_anchor=(0.5, 0.02),
                    ncols=4,
                    handlelength=3.2,
                    columnspacing=1.6,
                )
                writer.grab_frame()
        plt.close(figure)
        write_bytes_atomically(path, draft.read_bytes())
    write_text_atomically(path.with_suffix(".csv"), pyramid.table.to_csv(index=False))
    return path


def animate_pyramid(
    scenario: Any,
    path: str | Path,
    seed: int = 1,
    world: int = 0,
    step_months: int = 3,
    until: str | None = None,
) -> Path:
    """Simulate one world and write its pyramid every few months as a GIF.

    Parameters
    ----------
    scenario : Scenario
    path : path
        Path of the GIF; its folder must exist.
    seed, world : int
        Seed of the ensemble and number of the world in it.
    step_months : int
        Months from frame to frame.
    until : str, optional
        Last month shown; the scenario's last by default.
    """
    last = until or scenario.date_of(scenario.months - 1)
    return save_animation(
        build_pyramid(scenario, seed, world, dates_between(scenario.start_date, last, step_months)),
        path,
    )
