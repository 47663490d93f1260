"""The page of the knock-outs: which mechanism carries which pattern and which thesis, with the
matrices and every number as CSV.
"""

from html import escape
from pathlib import Path

import pandas as pd

from poruka.analysis.patterns import Pattern, patterns
from poruka.engine.parameters import mechanisms
from poruka.figures.base.drawing import save
from poruka.figures.theory.ablation_matrix import KnockOutMatrix
from poruka.reports.html import figure_html, page, table_html
from poruka.theory.ablation import ABSENT, MATTERS, Knocked, title
from poruka.theory.hypothesis_tests import SEED as THESES_SEED
from poruka.theory.theses import theses
from poruka.utils.atomic_files import write_text


def ranges(pattern: Pattern) -> str:
    """Return what must hold for a pattern, in one line.

    Examples
    --------
    >>> ranges(patterns().patterns[5])
    'dissolutions from 1 to 1'
    """

    def said(quantity: str, low: float, high: float) -> str:
        if low == float("-inf"):
            return f"{quantity} at most {high:g}"
        return (
            f"{quantity} at least {low:g}"
            if high == float("inf")
            else f"{quantity} from {low:g} to {high:g}"
        )

    holds = "; ".join(said(*line.model_dump().values()) for line in pattern.holds)
    given = "; ".join(said(*line.model_dump().values()) for line in pattern.given)
    of_what = "mean over worlds: " if pattern.of == "mean" else ""
    among = f" (among worlds with {given})" if given else ""
    return f"{of_what}{holds}{among}"


def _patterns(found: Knocked) -> pd.DataFrame:
    known = {one.id: one for one in patterns().patterns}
    first = found.cells.drop_duplicates("pattern").sort_values("pattern")
    rows = [
        (
            row.pattern,
            row.scenario,
            known[row.pattern].says,
            ranges(known[row.pattern]),
            f"{row.present:.0%}",
        )
        for row in first.itertuples()
        if row.pattern in known
    ]
    return pd.DataFrame(
        rows,
        columns=[
            "pattern",
            "scenario",
            "in words",
            "counts as present when",
            "shown, everything on",
        ],
    )


def _mechanisms(found: Knocked) -> pd.DataFrame:
    neutral = {id: one.neutral for id, one in mechanisms().items()}
    table = found.flags
    without = [neutral.get(id, "all its parts are off") for id in table["mechanism"]]
    return pd.DataFrame(
        {
            "mechanism": table["mechanism"],
            "what it is": table["title"],
            "without it": without,
            "what is lost": table["says"],
        }
    )


def _theses(shown: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for id, found in shown.groupby("mechanism", sort=False):
        lost = found[found["cell"] == "lost"]["thesis"].tolist()
        gained = found[found["cell"] == "gained"]["thesis"].tolist()
        rows.append(
            (
                id,
                title(str(id)),
                f"{len(lost)} of {int(found['shows'].sum())}",
                " ".join(lost) or "none",
                " ".join(gained) or "none",
            )
        )
    return pd.DataFrame(
        rows, columns=["mechanism", "what it is", "theses lost", "which", "shown only without it"]
    )


def write_knockout(
    found: Knocked,
    shown: pd.DataFrame | None,
    folder: Path,
    worlds: int,
    seed: int,
    asked: str = "",
) -> Path:
    """Write the page, its figures and its tables, and return the path of the page.

    Parameters
    ----------
    found : Knocked
        As :func:`poruka.theory.ablation.knock_out` returns it.
    shown : pandas.DataFrame or None
        As :func:`poruka.theory.ablation_of_theses.knock_out_theses` returns it.
    folder : Path
        Where ``index.html``, ``patterns.csv``, ``mechanisms.csv``, ``theses.csv`` and ``figures/``
        go.
    worlds, seed : int
        Of the arms for the patterns.
    asked : str
        What the command named besides, for the line that runs it again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found.cells.to_csv(folder / "patterns.csv", index=False)
    found.flags.to_csv(folder / "mechanisms.csv", index=False)
    matrix = KnockOutMatrix(
        found.cells.assign(label=found.cells["pattern"] + " " + found.cells["label"]), worlds, seed
    )
    save(matrix, folder / "figures", "knockout-patterns")
    idle = found.flags[found.flags["changes_nothing"]]["mechanism"].tolist()
    spared = found.flags[found.flags["costs_nothing"]]["mechanism"].tolist()
    words = (
        f"<p>Switched off one at a time, {len(found.flags)} mechanisms or parts were tried. "
        f"Without these nothing that is looked at changes: {escape(', '.join(idle) or 'none')}. "
        "Without these numbers move and no pattern is lost:"
        f" {escape(', '.join(spared) or 'none')}. "
        "Such a mechanism may still carry a thesis, or matter in another country.</p>"
        '<p class="soft">A pattern is lost when its presence falls by half or more, weakened when'
        f" it falls by {MATTERS:.0%} of worlds or more, each "
        f"beyond doubt (95 % interval from resampled worlds). One that fewer than {ABSENT:.0%} of"
        f" worlds show is not there to lose. Of {len(found.cells):,} cells "
        "some come out weakened or gained by chance; one mark alone is weak evidence, a column or a"
        " row of them is not.</p>"
    )
    sections = {
        "What each mechanism carries": (
            words
            + figure_html(matrix, "knockout-patterns")
            + table_html(_mechanisms(found), "Mechanisms and what is lost without them", True)
        ),
        "The patterns": table_html(
            _patterns(found), "Patterns, what counts as one, and how many worlds show it", True
        ),
    }
    if shown is not None:
        shown.to_csv(folder / "theses.csv", index=False)
        count = int(shown["worlds"].max())
        drawing = KnockOutMatrix(shown, count, THESES_SEED, "thesis", "thesis", "theses")
        save(drawing, folder / "figures", "knockout-theses")
        sections["The theses"] = (
            "<p>Each thesis's first comparison, by itself: does moving the cause still move the"
            " effect as claimed while the mechanism is off?</p>"
            + figure_html(drawing, "knockout-theses")
            + table_html(_theses(shown), "Theses lost without each mechanism", True)
            + table_html(_titles(shown), "The theses of the matrix", True)
        )
    sections["To run it again"] = (
        f"<pre>poruka knockout {escape(f'{asked} ' if asked else '')}-n {worlds} --seed"
        f" {seed}</pre>"
    )
    path = folder / "index.html"
    write_text(
        path, page("Mechanisms knocked out", f"{worlds} worlds per arm, seed {seed}", sections)
    )
    return path


def _titles(shown: pd.DataFrame) -> pd.DataFrame:
    first = shown.drop_duplicates("thesis")
    return pd.DataFrame(
        {
            "thesis": first["thesis"],
            "title": [theses()[id].title for id in first["thesis"]],
            "quantity": first["quantity"],
            "shows by itself": ["yes" if one else "no" for one in first["shows"]],
        }
    )
