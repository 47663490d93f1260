"""The figures of a report: each made once, kept beside the page, or said in words why there is
none; and the one world that is looked into.
"""

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from poruka.figures import (
    Alluvial,
    DefectionCascade,
    Drawing,
    FanChartGrid,
    InstrumentRaster,
    MilestoneTiming,
    NothingToDraw,
    OutcomeConvergence,
    PhasePortrait,
    RulerSurvival,
    SupportMap,
    ThreatTimeline,
    build_pyramid,
    record_world,
)
from poruka.figures.base.drawing import save_for_page
from poruka.figures.base.ensemble_access import last_month, require_series
from poruka.figures.ensembles.convergence import MIN_WORLDS
from poruka.reports.html import figure_html
from poruka.utils.errors import PorukaError
from poruka.utils.labels import format_label

REPLAY_ERRORS = (ImportError, AttributeError, TypeError, ValueError, PorukaError)
REPLAY_TOLERANCE = 1e-9
"""How far the control of a world played again may lie from what the run kept, if it is to be the
same world.
"""


class ReportFigures:
    """The figures of one report.

    Parameters
    ----------
    folder : Path
        Of the report; figures go into ``figures/`` below it.
    """

    def __init__(self, folder: Path):
        self.folder = folder / "figures"

    def add(self, name: str, build: Callable[[], Drawing]) -> tuple[Drawing | None, str]:
        """Make a figure, keep it beside the page and return it with its HTML, or the reason why
        there is none.
        """
        try:
            drawing = build()
        except NothingToDraw as reason:
            return (
                None,
                (
                    f'<p class="soft">No figure of {escape(format_label(name))}:'
                    f" {escape(str(reason).rstrip('.'))}.</p>"
                ),
            )
        picture = save_for_page(drawing, self.folder, name)
        return drawing, figure_html(
            drawing, name, picture, (self.folder / f"{name}.csv").read_bytes()
        )

    def add_all(self, figures: dict[str, Callable[[], Drawing]]) -> str:
        """Return the HTML of several figures one after the other."""
        return "".join(self.add(name, make)[1] for name, make in figures.items())


class ReplayedWorld:
    """A world of an ensemble, played again to be looked into.

    Parameters
    ----------
    ensemble : Ensemble
    world : int

    Attributes
    ----------
    film : Film or None
        The world month by month; None where it could not be played again, which ``reason`` then
        says.
    peak : str
        The month in which the strongest threat is greatest.
    """

    def __init__(self, ensemble: Any, world: int):
        self.ensemble, self.world = ensemble, world
        self.recording, self.failure_reason, self.peak_month = None, "", ""
        try:
            film = record_world(
                ensemble.scenario, ensemble.seed, world, until=f"{last_month(ensemble):%Y-%m}"
            )
        except REPLAY_ERRORS as reason:
            self.failure_reason = f"world {world} could not be played again ({reason})"
            return
        if not self._matches_run(film):
            self.failure_reason = f"this version plays world {world} otherwise than the run did"
            return
        self.recording = film
        self.peak_month = (
            f"{film.dates[int(film.tables['index']['strongest_threat'][:, 0].argmax())]:%Y-%m}"
        )

    def _matches_run(self, recording: Any) -> bool:
        try:
            kept = require_series(self.ensemble)["control"].sel(world=self.world).to_numpy()
        except (NothingToDraw, KeyError):
            return True  # nothing was kept that could say otherwise
        return len(kept) == recording.months and bool(
            np.abs(kept - recording.tables["index"]["control"][:, 0]).max() < REPLAY_TOLERANCE
        )

    def figure_builders(self) -> dict[str, Callable[[], Drawing]]:
        """Return what is drawn of the world, by name."""
        return {
            "threats": lambda: ThreatTimeline(self._require_recording()),
            "support": self._build_support_map,
            "pyramid": self._build_pyramid,
            "cascade": lambda: DefectionCascade(self._require_recording()),
        }

    def describe_peak(self) -> str:
        """Return which month the map of support shows, in words."""
        if self.recording is None:
            return ""
        highest = float(self.recording.tables["index"]["strongest_threat"].max())
        return (
            f" The map of support shows {self.peak_month}, the month in which its strongest threat"
            f" is greatest ({highest:.2f})."
        )

    def _require_recording(self) -> Any:
        if self.recording is None:
            raise NothingToDraw(self.failure_reason)
        return self.recording

    def _build_support_map(self) -> Drawing:
        self._require_recording()
        from poruka.simulation.regime import Regime

        return SupportMap(
            Regime(self.ensemble.scenario, seed=self.ensemble.seed, world=self.world).run_until(
                self.peak_month
            )
        )

    def _build_pyramid(self) -> Drawing:
        film = self._require_recording()
        dates = sorted(
            {f"{film.dates[int(share * (film.months - 1))]:%Y-%m}" for share in (0.0, 0.5, 1.0)}
        )
        return build_pyramid(self.ensemble.scenario, self.ensemble.seed, self.world, dates)


def ensemble_figure_builders(ensemble: Any, world: int) -> dict[str, Callable[[], Drawing]]:
    """Return what is drawn of an ensemble, by name; ``world`` is the example on the fan charts."""
    return {
        "fans": lambda: FanChartGrid(ensemble, world),
        "alluvial": lambda: Alluvial(ensemble),
        "survival": lambda: RulerSurvival(ensemble),
        "timing": lambda: MilestoneTiming(ensemble),
        "instruments": lambda: InstrumentRaster(ensemble),
        "portrait": lambda: PhasePortrait(ensemble),
    }


def build_convergence_figure(ensemble: Any) -> Drawing:
    """Return how shares settle as worlds are added."""
    if len(ensemble.outcomes) < 2 * MIN_WORLDS:
        raise NothingToDraw(f"fewer than {2 * MIN_WORLDS} worlds show no shares that settle")
    return OutcomeConvergence(ensemble)


def failures_table(
    failed: pd.DataFrame, max_rows: int = 20
) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Return the first failed worlds as a table, and the traceback of each."""
    first = failed.head(max_rows)
    table = pd.DataFrame(
        {
            "world": first["world"].astype(int),
            "seed": first["seed"],
            "what went wrong": first["error"].astype(str),
        }
    )
    traces = [
        (f"world {row.world}", str(row.traceback))
        for row in first.itertuples()
        if "traceback" in first and str(row.traceback).strip()
    ]
    return table, traces
