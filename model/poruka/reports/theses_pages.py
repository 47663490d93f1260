"""The pages of a test of theses: a table of all verdicts, and one page for each thesis."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from poruka.analysis.arm import Arm
from poruka.figures.base.drawing import save_figure
from poruka.figures.theory.thesis import ThesisFigure
from poruka.figures.theory.thesis_matrix import ThesisMatrix
from poruka.reports.html import figure_html, page_html, table_html
from poruka.simulation.over_numbers import NOT_PLAYED, to_json
from poruka.theory.hypothesis_specification import ThesisComparison
from poruka.theory.hypothesis_tests import ThesisVerdict, verdict_table
from poruka.theory.theses import UNENCODED_THESES, theses, thesis_coverage
from poruka.theory.theses_over_numbers import EffectOverNumbers, decisive_effect, format_effect
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.contained_writing import refuse_special_files, write_inside

SIGN_LABELS = {"+": "rises", "-": "falls", "0": "does not change"}


def describe_arm(arm: Arm) -> str:
    """Return the changes of an arm in one line.

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
    for intervention in arm.happen:
        parts += [
            f"{intervention['date']}: {kind} {', '.join([ids] if isinstance(ids, str) else ids)}"
            for kind, ids in intervention.items()
            if kind != "date"
        ]
    return "; ".join(parts) or "as in the scenario"


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
            ("mechanism off", describe_arm(side.knockout)),
            ("why this removes the effect", side.why_undone),
        ]
    return pd.DataFrame(rows, columns=["item", "value"])


EffectsOverNumbers = Mapping[str, tuple[EffectOverNumbers, ...]]
"""Effects of the comparisons of theses over the numbers, by thesis."""


def _over_numbers_html(verdict: ThesisVerdict, over: EffectsOverNumbers | None) -> str:
    """Return the effects of a thesis over the numbers as HTML, or that they were not played."""
    if over is None:
        return f"<p>{NOT_PLAYED[0].upper()}{NOT_PLAYED[1:]}.</p>"
    lines = [
        f"<li>{escape(f'{one.quantity}: {format_effect(one)}; {one.coverage}')}</li>"
        for one in over[verdict.thesis_id]
    ]
    return f"<ul>{''.join(lines)}</ul>"


def build_thesis_page(
    verdict: ThesisVerdict, seed: int, over: EffectsOverNumbers | None = None
) -> tuple[str, ThesisFigure | None]:
    """Return the page of one thesis and its figure."""
    thesis, coverage = theses()[verdict.thesis_id], thesis_coverage()[verdict.thesis_id]
    without_rules = UNENCODED_THESES.get(thesis.id, "numbers and instruments alone")
    claim = (
        f"<p>{escape(thesis.claim)}</p><p>Prediction: {escape(thesis.prediction)}</p>"
        f"<p>With the mechanism off: {escape(thesis.knocked_out)}</p>"
        f'<p class="soft">Encoded in {escape(", ".join(coverage.rules) or without_rules)};'
        f" instruments {escape(', '.join(coverage.instruments) or 'none')}.</p>"
    )
    sections = {"The claim": claim}
    figure = ThesisFigure(verdict, seed) if verdict.results else None
    if figure is not None:
        sections["Result"] = figure_html(figure, thesis.id)
        for number, result in enumerate(verdict.results, start=1):
            name = "How it was tested" if len(verdict.results) == 1 else f"Comparison {number}"
            sections[name] = table_html(
                _design_table(result.comparison),
                result.comparison.label or result.comparison.quantity,
            )
        sections["Numbers"] = table_html(
            figure.table.map(lambda x: f"{x:.4g}" if isinstance(x, float) else x),
            "Arms, effect, and effect with the mechanism off",
        ) + _over_numbers_html(verdict, over)
    explanation = verdict.thesis_test.untestable or verdict.thesis_test.argued
    if explanation:
        sections["Why not"] = f"<p>{escape(explanation)}</p>"
    sections["To reproduce"] = f"<pre>poruka theses run {thesis.id} --seed {seed}</pre>"
    kind = "core thesis" if thesis.core else "thesis"
    losses = "; ".join(
        dict.fromkeys(
            str(result.coverage) for result in verdict.results if not result.coverage.is_complete
        )
    )
    return (
        page_html(
            f"{thesis.id} {thesis.title}",
            f"{kind} on {thesis.group.lower()}: {verdict.verdict}"
            + (f"; {losses}" if losses else ""),
            sections,
        ),
        figure,
    )


def write_theses_pages(
    verdicts: Sequence[ThesisVerdict],
    folder: Path,
    seed: int,
    over: EffectsOverNumbers | None = None,
) -> Path:
    """Write the index, one page per thesis, figures and verdicts as files; return the index.

    The effects over the numbers, ``over``, stand beside those of chance where they were played.

    Raises
    ------
    BadInput
        When the folder cannot be written.
    """
    folder = create_results_folder(folder)
    pages = [f"{verdict.thesis_id}.html" for verdict in verdicts]
    refuse_special_files(folder, ["index.html", "verdicts.csv", "verdicts.json", "figures", *pages])
    table = verdict_table(verdicts)
    for verdict in verdicts:
        text, figure = build_thesis_page(verdict, seed, over)
        write_inside(folder, f"{verdict.thesis_id}.html", content=text)
        if figure is not None:
            save_figure(figure, folder, f"figures/{verdict.thesis_id}")
    write_inside(folder, "verdicts.csv", content=table.to_csv(index=False))
    records = json.dumps(verdict_records(verdicts, over), indent=1)
    write_inside(folder, "verdicts.json", content=records)
    counts = table.groupby("core")["verdict"].value_counts().unstack(fill_value=0)
    lines = [
        f"{'core' if core else 'other'}: "
        + ", ".join(f"{count} {name}" for name, count in row.items() if count)
        for core, row in counts.iterrows()
    ]
    formatted = table.assign(
        core=table["core"].map({True: "core", False: ""}),
        **{
            name: table[name].map(lambda x: "" if pd.isna(x) else f"{x:+.3g}")
            for name in ("effect", "low", "high", "left")
        },
    )
    decisive = [decisive_effect(verdict, over) for verdict in verdicts]
    formatted["over the numbers"] = [
        format_effect(one) if one else "" if over is not None else "not played" for one in decisive
    ]
    verdicts_html = table_html(
        formatted, "Every thesis with the comparison that decides its verdict"
    )
    for id in table["id"]:
        verdicts_html = verdicts_html.replace(
            f'<th scope="row">{id}</th>', f'<th scope="row"><a href="{id}.html">{id}</a></th>'
        )
    matrix = ThesisMatrix(table, seed)
    save_figure(matrix, folder, "figures/verdicts")
    arguments = "" if len(table) == len(theses()) else "".join(f" {id}" for id in table["id"])
    sections = {
        "At a glance": figure_html(matrix, "verdicts"),
        "Verdicts": verdicts_html,
        "To reproduce": f"<pre>poruka theses run{arguments} --seed {seed}</pre>",
    }
    page = page_html("Tests of theses", "; ".join(lines), sections)
    return write_inside(folder, "index.html", content=page)


def verdict_records(
    verdicts: Sequence[ThesisVerdict], over: EffectsOverNumbers | None = None
) -> list[dict[str, Any]]:
    """Return verdicts as records: id, verdict, and the decisive effect with its interval.

    ``worlds`` were requested of every arm; ``available`` were completed in all of them.
    ``over_numbers`` is the same effect over the numbers; None where it was not played.
    """
    rows = []
    for verdict in verdicts:
        result = verdict.decisive_result
        effect = result.effect if result else None
        drawn = decisive_effect(verdict, over)
        rows.append(
            {
                "id": verdict.thesis_id,
                "verdict": verdict.verdict,
                "effect": effect.mean if effect else None,
                "low": effect.low if effect else None,
                "high": effect.high if effect else None,
                "worlds": result.requested_worlds if result else 0,
                "available": result.coverage.available if result else 0,
                "failed": result.coverage.failed if result else 0,
                "over_numbers": drawn and to_json(drawn.effect) | {"coverage": drawn.coverage},
            }
        )
    return rows
