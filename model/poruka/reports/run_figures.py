"""Figures of the report of a run, and the one world that is simulated again for it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

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
from poruka.simulation.regime import Regime
from poruka.utils.errors import PorukaError
from poruka.utils.html_templates import fill_html, join_html
from poruka.utils.labels import format_label

REPLAY_ERRORS = (ImportError, AttributeError, TypeError, ValueError, PorukaError)
REPLAY_TOLERANCE = 1e-9
"""Largest difference in control at which a simulated world counts as the recorded one."""


class ReportFigures:
    """The figures of one report.

    Parameters
    ----------
    folder : Path
        Folder of the report; figures go into ``figures/`` below it.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    def add(self, name: str, build: Callable[[], Drawing]) -> tuple[Drawing | None, Markup]:
        """Build and save a figure; return it with its HTML, or the reason why there is none."""
        try:
            drawing = build()
        except NothingToDraw as reason:
            note = fill_html(
                '<p class="soft">No figure of {}: {}.</p>',
                format_label(name),
                str(reason).rstrip("."),
            )
            return None, note
        svg_bytes = save_for_page(drawing, self.folder, f"figures/{name}")
        table = (self.folder / "figures" / f"{name}.csv").read_bytes()
        return drawing, figure_html(drawing, name, svg_bytes, table)

    def add_all(self, figures: dict[str, Callable[[], Drawing]]) -> Markup:
        """Return the HTML of several figures one after the other."""
        return join_html(self.add(name, build)[1] for name, build in figures.items())


class ReplayedWorld:
    """A world of an ensemble, simulated again with all its tables.

    Parameters
    ----------
    ensemble : Ensemble
        The ensemble of the world.
    world : int
        Number of the world.

    Attributes
    ----------
    recording : Recording or None
        The world month by month; None where it could not be simulated again, for the reason in
        ``failure_reason``.
    peak_month : str
        The month in which the strongest threat is greatest.
    """

    def __init__(self, ensemble: Any, world: int):
        self.ensemble, self.world = ensemble, world
        self.recording, self.failure_reason, self.peak_month = None, "", ""
        try:
            recording = record_world(
                ensemble.scenario, ensemble.seed, world, until=f"{last_month(ensemble):%Y-%m}"
            )
        except REPLAY_ERRORS as reason:
            self.failure_reason = f"world {world} could not be simulated again ({reason})"
            return
        if not self._matches_run(recording):
            self.failure_reason = f"this version simulates world {world} differently from the run"
            return
        self.recording = recording
        threats = recording.tables["index"]["strongest_threat"][:, 0]
        self.peak_month = f"{recording.dates[int(threats.argmax())]:%Y-%m}"

    def _matches_run(self, recording: Any) -> bool:
        try:
            control = require_series(self.ensemble)["control"].sel(world=self.world).to_numpy()
        except (NothingToDraw, KeyError):
            return True  # no recorded series to compare with
        return len(control) == recording.months and bool(
            np.abs(control - recording.tables["index"]["control"][:, 0]).max() < REPLAY_TOLERANCE
        )

    def figure_builders(self) -> dict[str, Callable[[], Drawing]]:
        """Return the functions that build the figures of the world, by name."""
        return {
            "threats": lambda: ThreatTimeline(self._require_recording()),
            "support": self._build_support_map,
            "pyramid": self._build_pyramid,
            "cascade": lambda: DefectionCascade(self._require_recording()),
        }

    def describe_peak(self) -> str:
        """Return a sentence on the month that the support map shows."""
        if self.recording is None:
            return ""
        highest = float(self.recording.tables["index"]["strongest_threat"].max())
        return (
            f" The support map shows {self.peak_month}, the month in which its strongest threat"
            f" is greatest ({highest:.2f})."
        )

    def _require_recording(self) -> Any:
        if self.recording is None:
            raise NothingToDraw(self.failure_reason)
        return self.recording

    def _build_support_map(self) -> Drawing:
        self._require_recording()
        return SupportMap(
            Regime(self.ensemble.scenario, seed=self.ensemble.seed, world=self.world).run_until(
                self.peak_month
            )
        )

    def _build_pyramid(self) -> Drawing:
        recording = self._require_recording()
        months = [int(share * (recording.months - 1)) for share in (0.0, 0.5, 1.0)]
        dates = sorted({f"{recording.dates[month]:%Y-%m}" for month in months})
        return build_pyramid(self.ensemble.scenario, self.ensemble.seed, self.world, dates)


def ensemble_figure_builders(ensemble: Any, world: int) -> dict[str, Callable[[], Drawing]]:
    """Return the functions that build the figures of an ensemble; ``world`` is the example."""
    return {
        "fans": lambda: FanChartGrid(ensemble, world),
        "alluvial": lambda: Alluvial(ensemble),
        "survival": lambda: RulerSurvival(ensemble),
        "timing": lambda: MilestoneTiming(ensemble),
        "instruments": lambda: InstrumentRaster(ensemble),
        "portrait": lambda: PhasePortrait(ensemble),
    }


def build_convergence_figure(ensemble: Any) -> Drawing:
    """Return the figure of outcome shares as worlds are added."""
    if len(ensemble.outcomes) < 2 * MIN_WORLDS:
        raise NothingToDraw(f"fewer than {2 * MIN_WORLDS} worlds show no convergence of shares")
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
            "error": first["error"].astype(str),
        }
    )
    traces = [
        (f"world {row.world}", str(row.traceback))
        for row in first.itertuples()
        if "traceback" in first and str(row.traceback).strip()
    ]
    return table, traces
