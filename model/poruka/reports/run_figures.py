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
    Cascade,
    Convergence,
    Drawing,
    Fans,
    NothingToDraw,
    Raster,
    StagePortrait,
    SupportMap,
    Survival,
    Threats,
    Timing,
    grow_pyramid,
    shoot,
)
from poruka.figures.base.drawing import keep
from poruka.figures.base.ensemble_access import last_month, series
from poruka.figures.ensembles.convergence import FIRST
from poruka.reports.html import figure_html
from poruka.utils.errors import PorukaError
from poruka.utils.labels import words

UNPLAYABLE = (ImportError, AttributeError, TypeError, ValueError, PorukaError)
SAME = 1e-9
"""How far the control of a world played again may lie from what the run kept, if it is to be the
same world.
"""


class Gallery:
    """The figures of one report.

    Parameters
    ----------
    folder : Path
        Of the report; figures go into ``figures/`` below it.
    """

    def __init__(self, folder: Path):
        self.folder = folder / "figures"

    def put(self, name: str, make: Callable[[], Drawing]) -> tuple[Drawing | None, str]:
        """Make a figure, keep it beside the page and return it with its HTML, or the reason why
        there is none.
        """
        try:
            drawing = make()
        except NothingToDraw as reason:
            return (
                None,
                (
                    f'<p class="soft">No figure of {escape(words(name))}:'
                    f" {escape(str(reason).rstrip('.'))}.</p>"
                ),
            )
        picture = keep(drawing, self.folder, name)
        return drawing, figure_html(
            drawing, name, picture, (self.folder / f"{name}.csv").read_bytes()
        )

    def hang(self, figures: dict[str, Callable[[], Drawing]]) -> str:
        """Return the HTML of several figures one after the other."""
        return "".join(self.put(name, make)[1] for name, make in figures.items())


class OneWorld:
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
        self.film, self.reason, self.peak = None, "", ""
        try:
            film = shoot(
                ensemble.scenario, ensemble.seed, world, until=f"{last_month(ensemble):%Y-%m}"
            )
        except UNPLAYABLE as reason:
            self.reason = f"world {world} could not be played again ({reason})"
            return
        if not self._same(film):
            self.reason = f"this version plays world {world} otherwise than the run did"
            return
        self.film = film
        self.peak = (
            f"{film.dates[int(film.tables['index']['strongest_threat'][:, 0].argmax())]:%Y-%m}"
        )

    def _same(self, film: Any) -> bool:
        try:
            kept = series(self.ensemble)["control"].sel(world=self.world).to_numpy()
        except (NothingToDraw, KeyError):
            return True  # nothing was kept that could say otherwise
        return len(kept) == film.months and bool(
            np.abs(kept - film.tables["index"]["control"][:, 0]).max() < SAME
        )

    def figures(self) -> dict[str, Callable[[], Drawing]]:
        """Return what is drawn of the world, by name."""
        return {
            "threats": lambda: Threats(self._film()),
            "support": self._support,
            "pyramid": self._pyramid,
            "cascade": lambda: Cascade(self._film()),
        }

    def words(self) -> str:
        """Return which month the map of support shows, in words."""
        if self.film is None:
            return ""
        highest = float(self.film.tables["index"]["strongest_threat"].max())
        return (
            f" The map of support shows {self.peak}, the month in which its strongest threat is"
            f" greatest ({highest:.2f})."
        )

    def _film(self) -> Any:
        if self.film is None:
            raise NothingToDraw(self.reason)
        return self.film

    def _support(self) -> Drawing:
        self._film()
        from poruka.simulation.regime import Regime

        return SupportMap(
            Regime(self.ensemble.scenario, seed=self.ensemble.seed, world=self.world).run_until(
                self.peak
            )
        )

    def _pyramid(self) -> Drawing:
        film = self._film()
        dates = sorted(
            {f"{film.dates[int(share * (film.months - 1))]:%Y-%m}" for share in (0.0, 0.5, 1.0)}
        )
        return grow_pyramid(self.ensemble.scenario, self.ensemble.seed, self.world, dates)


def many_worlds(few: Any, world: int) -> dict[str, Callable[[], Drawing]]:
    """Return what is drawn of an ensemble, by name; ``world`` is the example on the fan charts."""
    return {
        "fans": lambda: Fans(few, world),
        "alluvial": lambda: Alluvial(few),
        "survival": lambda: Survival(few),
        "timing": lambda: Timing(few),
        "instruments": lambda: Raster(few),
        "portrait": lambda: StagePortrait(few),
    }


def convergence(ensemble: Any) -> Drawing:
    """Return how shares settle as worlds are added."""
    if len(ensemble.outcomes) < 2 * FIRST:
        raise NothingToDraw(f"fewer than {2 * FIRST} worlds show no shares that settle")
    return Convergence(ensemble)


def failures_table(
    failed: pd.DataFrame, most: int = 20
) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Return the first failed worlds as a table, and the traceback of each."""
    first = failed.head(most)
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
