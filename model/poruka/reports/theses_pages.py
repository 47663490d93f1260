"""The pages of a test of theses: one table of all verdicts, one page per thesis with its figure and
everything it rests on.
"""

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from poruka.analysis.arm import Arm
from poruka.figures.base.drawing import save_figure
from poruka.figures.theory.thesis import ThesisFigure
from poruka.figures.theory.thesis_matrix import ThesisMatrix
from poruka.reports.html import figure_html, page_html, table_html
from poruka.theory.hypothesis_specification import ThesisComparison
from poruka.theory.hypothesis_tests import ThesisVerdict, verdict_table
from poruka.theory.theses import UNENCODED_THESES, theses, thesis_coverage
from poruka.utils.atomic_files import create_results_folder, write_text_atomically

SIGN_LABELS = {"+": "rises", "-": "falls", "0": "does not move"}


def describe_arm(arm: Arm) -> str:
    """Return what an arm changes, in one line.

    Examples
    --------
    >>> describe_arm(Arm(change={"property.pace": 0.1}, off=["I44"]))
    'property.pace = 0.1; without I44'
    """
    parts = [
        f"{key} = {value:g}" if isinstance(value, float) else f"{key} = {value}"
        for key, value in arm.change.items()
    ]
    parts += [f"without {id}" for id in arm.off]
    for one in arm.happen:
        parts += [
            f"{one['date']}: {what} {', '.join([words] if isinstance(words, str) else words)}"
            for what, words in one.items()
            if what != "date"
        ]
    return "; ".join(parts) or "as the scenario has it"


def _design_table(side: ThesisComparison) -> pd.DataFrame:
    rows = [
        ("scenario", side.scenario),
        ("in both arms", describe_arm(side.context)),
        ("cause low", describe_arm(side.low)),
        ("cause high", describe_arm(side.high)),
        ("quantity", side.quantity),
        ("claim", SIGN_LABELS[side.sign]),
        ("smallest effect of interest", f"{side.smallest:g}"),
    ]
    if side.knockout is not None:
        rows += [
            ("switched off to undo it", describe_arm(side.knockout)),
            ("why that undoes it", side.why_undone),
        ]
    return pd.DataFrame(rows, columns=["what", "how"])


def build_thesis_page(verdict: ThesisVerdict, seed: int) -> tuple[str, ThesisFigure | None]:
    """Return the page of one thesis and its figure."""
    thesis, carried = theses()[verdict.thesis_id], thesis_coverage()[verdict.thesis_id]
    by_none = UNENCODED_THESES.get(thesis.id, "numbers and instruments alone")
    claim = (
        f"<p>{escape(thesis.claim)}</p><p>Moved: {escape(thesis.prediction)}</p>"
        f"<p>Without it: {escape(thesis.knocked_out)}</p>"
        f'<p class="soft">Carried by {escape(", ".join(carried.rules) or by_none)};'
        f" instruments {escape(', '.join(carried.instruments) or 'none')}.</p>"
    )
    sections = {"The claim": claim}
    figure = ThesisFigure(verdict, seed) if verdict.results else None
    if figure is not None:
        sections["What was found"] = figure_html(figure, thesis.id)
        for place, one in enumerate(verdict.results, start=1):
            name = "How it was tested" if len(verdict.results) == 1 else f"Comparison {place}"
            sections[name] = table_html(
                _design_table(one.comparison), one.comparison.label or one.comparison.quantity
            )
        sections["Numbers"] = table_html(
            figure.table.map(lambda x: f"{x:.4g}" if isinstance(x, float) else x),
            "Arms, effect and what is left of it",
        )
    words = verdict.thesis_test.untestable or verdict.thesis_test.argued
    if words:
        sections["Why not"] = f"<p>{escape(words)}</p>"
    sections["To run it again"] = f"<pre>poruka theses run {thesis.id} --seed {seed}</pre>"
    kind = "core thesis" if thesis.core else "thesis"
    return (
        page_html(
            f"{thesis.id} {thesis.title}",
            f"{kind} on {thesis.group.lower()}: {verdict.verdict}",
            sections,
        ),
        figure,
    )


def write_theses_pages(verdicts: Sequence[ThesisVerdict], folder: Path, seed: int) -> Path:
    """Write the index, one page per thesis, every figure as PNG, SVG and CSV, and the verdicts as
    CSV and JSON; returns the index.

    Raises
    ------
    BadInput
        When the folder cannot be written.
    """
    create_results_folder(folder)
    table = verdict_table(verdicts)
    for one in verdicts:
        text, figure = build_thesis_page(one, seed)
        write_text_atomically(folder / f"{one.thesis_id}.html", text)
        if figure is not None:
            save_figure(figure, folder / "figures", one.thesis_id)
    table.to_csv(folder / "verdicts.csv", index=False)
    write_text_atomically(folder / "verdicts.json", json.dumps(verdict_records(verdicts), indent=1))
    counts = table.groupby("core")["verdict"].value_counts().unstack(fill_value=0)
    lines = [
        f"{'core' if core else 'other'}: "
        + ", ".join(f"{count} {name}" for name, count in row.items() if count)
        for core, row in counts.iterrows()
    ]
    listed = table.assign(
        core=table["core"].map({True: "core", False: ""}),
        **{
            name: table[name].map(lambda x: "" if pd.isna(x) else f"{x:+.3g}")
            for name in ("effect", "low", "high", "left")
        },
    )
    inside = table_html(listed, "Every thesis with the comparison its verdict stands or falls with")
    for id in table["id"]:
        inside = inside.replace(
            f'<th scope="row">{id}</th>', f'<th scope="row"><a href="{id}.html">{id}</a></th>'
        )
    matrix = ThesisMatrix(table, seed)
    save_figure(matrix, folder / "figures", "verdicts")
    index = folder / "index.html"
    asked = "" if len(table) == len(theses()) else "".join(f" {id}" for id in table["id"])
    sections = {
        "At a glance": figure_html(matrix, "verdicts"),
        "Verdicts": inside,
        "To run it again": f"<pre>poruka theses run{asked} --seed {seed}</pre>",
    }
    write_text_atomically(index, page_html("Theses put to the test", "; ".join(lines), sections))
    return index


def verdict_records(verdicts: Sequence[ThesisVerdict]) -> list[dict[str, Any]]:
    """Return verdicts for machines: id, verdict, effect, low, high of the comparison the verdict
    stands or falls with.
    """
    rows = []
    for one in verdicts:
        found = one.decisive_result
        numbers = found.effect if found else None
        rows.append(
            {
                "id": one.thesis_id,
                "verdict": one.verdict,
                "effect": numbers.mean if numbers else None,
                "low": numbers.low if numbers else None,
                "high": numbers.high if numbers else None,
            }
        )
    return rows
