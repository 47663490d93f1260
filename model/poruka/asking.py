"""What a notebook asks of the laboratory in one line: an experiment with its figures, and what becomes of a thesis."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from .errors import BadInput
from .experiment_report import write_experiment
from .experiment_words import Section, sections_of
from .figures import Drawing
from .lab import theses
from .lab.experiment import Answer, run
from .lab.experiments import find, read


class Asked:
    """The answer to an experiment: printed it tells itself; tables and figures are kept by name.

    Attributes
    ----------
    answer : Answer
        Points, analyses and worlds as the laboratory made them.
    sections : list of Section
        What the page of the experiment says, in its order.
    """

    def __init__(self, answer: Answer, page: Path | None = None):
        self.answer, self.page = answer, page
        self.sections: list[Section] = sections_of(answer)

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Every table by name."""
        return {name: table for section in self.sections for name, table, _ in section.tables}

    @property
    def figures(self) -> Mapping[str, Drawing]:
        """Every figure by name; ``asked.figures["curve"].draw()`` draws one."""
        return {name: drawing for section in self.sections for name, drawing in section.figures}

    @property
    def points(self) -> pd.DataFrame:
        """Every point of the design with the mean of each outcome and its 95 % interval; empty for an experiment without a design."""
        return self.answer.played.table() if self.answer.played is not None else pd.DataFrame()

    def __str__(self) -> str:
        lines = [self.answer.experiment.question]
        for section in self.sections:
            lines += ["", section.heading, *(f"  {words}" for words in section.words)]
        return "\n".join(lines)


def experiment(name: str | Path, worlds: int | None = None, seed: int | None = None, out: str | Path | None = None, say: Any = None) -> Asked:
    """Play an experiment of the folder of experiments, or one of your own, and return its answer.

    Parameters
    ----------
    name : str or Path
        A name such as ``03_solidarity``, its beginning, or a folder or file of your own.
    worlds, seed : int, optional
        Worlds of every point, and the seed, instead of what the file says.
    out : str or Path, optional
        Where worlds, tables and a page are kept; run again over the same folder, nothing is played twice.
    say : callable, optional
        Told ``(what, done, total)``.

    Raises
    ------
    BadInput
        When there is no such experiment, or its file cannot be used.

    Examples
    --------
    >>> asked = experiment("01_market_speed", worlds=2)
    >>> "curve" in asked.figures, asked.answer.worlds
    (True, 2)
    """
    found = read(find(str(name)))
    folder = Path(out) if out is not None else None
    answer = run(found, folder, worlds, seed, say)
    page = write_experiment(answer, folder, f"poruka experiment run {name}") if folder is not None else None
    return Asked(answer, page)


def verdicts(*ids: str, worlds: int | None = None, seed: int = theses.SEED) -> pd.DataFrame:
    """Move the cause of each thesis and return what became of its effect, with the mechanism on and off.

    Parameters
    ----------
    *ids : str
        Theses such as ``T041``.
    worlds, seed : int
        Worlds of every arm instead of what the thesis's file says, and the seed.

    Returns
    -------
    pandas.DataFrame
        id, core, title, verdict, quantity, effect, low, high, left (with the mechanism off), worlds.

    Examples
    --------
    >>> verdicts("T041", worlds=10).id.tolist()
    ['T041']
    """
    if not ids:
        raise BadInput("verdicts() names no thesis; give some, such as verdicts('T041').")
    return theses.verdict_frame(theses.run(ids, worlds=worlds, seed=seed))
