"""The page of the bench of hypothesis tests: new verdicts beside those of the first bench."""

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from markupsafe import Markup, escape

from poruka.figures.base.drawing import save_figure
from poruka.figures.theory.thesis_matrix import ThesisMatrix
from poruka.reports.html import figure_html, page_html, table_html
from poruka.theory.hypotheses.placebos import placebo_rates
from poruka.theory.hypotheses.reading import load_hypotheses
from poruka.theory.hypotheses.results import ThesisResult, describe_outdated
from poruka.theory.hypotheses.side_result import Estimate
from poruka.theory.hypotheses.verdict_family import VERDICTS, hypothesis_table, with_first_bench
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.contained_writing import refuse_special_files, write_inside
from poruka.utils.html_templates import fill_html


def side_rows(results: Mapping[str, ThesisResult]) -> pd.DataFrame:
    """Return the numbers of all sides as a table of texts, one row for each side.

    Examples
    --------
    >>> side_rows({}).columns.tolist()[:4]
    ['side', 'claim', 'verdict', 'quantity']
    """
    rows = []
    for result in results.values():
        for side in result.sides:
            claim = _claim(result.thesis, side.side)
            gone = [f"{off.state} {_share(off.lost_share)}" for off in side.off]
            gone += [f"{link} alone {_share(share)}" for link, share in side.link_shares.items()]
            rows.append(
                (
                    side.side,
                    claim,
                    side.verdict,
                    side.quantity,
                    _interval(side.effect),
                    ", ".join(gone),
                    _interval(side.control),
                    _share(side.draws_with_sign),
                    _interval(side.over_numbers),
                    f"{side.worlds}",
                    f"{side.p:.2g}",
                    side.why,
                )
            )
    columns = ["side", "claim", "verdict", "quantity", "effect", "gone with links off", "control"]
    columns += ["draws with the sign", "over the numbers", "pairs", "p", "why"]
    return pd.DataFrame(rows, columns=columns)


def _claim(thesis: str, side: str) -> str:
    """Return what a side claims, in the words of its declaration; nothing if that has gone."""
    number = int(side.partition(".")[2].partition(" ")[0])
    parts = load_hypotheses()[thesis].part if thesis in load_hypotheses() else []
    return parts[number - 1].name if number <= len(parts) else ""


def _by_part(sides: str) -> str:
    """Return parts and countries in fewer words.

    Examples
    --------
    >>> _by_part("1 kazakhstan, 1 russia, 2 russia")
    'part 1: kazakhstan, russia; part 2: russia'
    """
    places: dict[str, list[str]] = {}
    for one in filter(None, sides.split(", ")):
        number, _, country = one.partition(" ")
        places.setdefault(number, []).append(country)
    return "; ".join(f"part {number}: {', '.join(found)}" for number, found in places.items())


def _old_and_new(table: pd.DataFrame) -> pd.DataFrame:
    """Return how many theses have each verdict now, by their verdict on the first bench."""
    counts = pd.crosstab(table["first"], table["verdict"])
    order = [name for name in VERDICTS if name in counts]
    counts = counts[order].assign(all=counts.sum(axis=1))
    counts.loc["all"] = counts.sum()
    return counts.reset_index(names="first bench")


def _interval(estimate: Estimate | None) -> str:
    if estimate is None:
        return ""
    return f"{estimate.mean:+.3g} ({estimate.low:+.3g} to {estimate.high:+.3g})"


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


def write_hypotheses_page(
    results: Mapping[str, ThesisResult], folder: Path, placebos: pd.DataFrame | None = None
) -> Path:
    """Write the page of all verdicts, its figure and its tables; return the page.

    Parameters
    ----------
    results : mapping of str to ThesisResult
        By thesis.
    folder : Path
    placebos : pandas.DataFrame, optional
        As :func:`poruka.theory.hypotheses.placebos.run_placebos` returns them.

    Raises
    ------
    BadInput
        When the folder cannot be written.
    """
    folder = create_results_folder(folder)
    names = ["index.html", "verdicts.csv", "sides.csv", "figures"]
    refuse_special_files(folder, names)
    table, sides = with_first_bench(hypothesis_table(results)), side_rows(results)
    matrix = ThesisMatrix(table)
    formatted = pd.DataFrame(
        {
            "thesis": table["id"],
            "core": table["core"].map({True: "core", False: ""}),
            "title": table["title"],
            "first bench": table["first"],
            "verdict": table["verdict"],
            "where": table["where"].map(_by_part),
            # Where nothing holds the table of sides says so for each.
            "where not": table["where_not"].where(table["where"] != "", "").map(_by_part),
            "q": table["q"].map(lambda q: f"{q:.2g}"),
            "q against": table["q_against"].map(lambda q: f"{q:.2g}"),
            "why": table["why"],
        }
    )
    counts = matrix.caption.partition(". ")[0]
    sections = {
        "At a glance": figure_html(matrix, "verdicts"),
        "Old and new": table_html(
            _old_and_new(table), "Theses by their verdict on the first bench (rows) and here"
        ),
        "Placebos": placebos_html(placebos),
        "Verdicts": table_html(
            formatted,
            "Every thesis that was tested. q: the p-value that it holds, adjusted for all theses;"
            " q against: the same for an effect of the smallest size at least against its claim",
            prose=True,
        ),
        "Sides": table_html(
            sides,
            "Every part in every country. Effect and control: mean over pairs of worlds, with 95 %"
            " intervals; what failed early was not measured further",
            prose=True,
        ),
    }
    save_figure(matrix, folder, "figures/verdicts")
    write_inside(folder, "verdicts.csv", content=table.to_csv(index=False))
    write_inside(folder, "sides.csv", content=sides.to_csv(index=False))
    outdated = describe_outdated(results, load_hypotheses())
    if outdated:
        note = fill_html("<p>{}</p>", _code(outdated))
        sections = {"Made with other rules": note, **sections}
    page = page_html("Hypotheses put to tests that can fail", f"{counts}.", sections)
    return write_inside(folder, "index.html", content=page)


def placebos_html(placebos: pd.DataFrame | None) -> Markup:
    """Return how many placebos came out as shown as HTML."""
    if placebos is None:
        note = "No placebos were played; `poruka theses placebos` plays them."
        return fill_html("<p>{}</p>", _code(note))
    rates = placebo_rates(placebos).reset_index(names="kind")
    shares = {name: rates[name].map(lambda x: f"{x:.1%}") for name in ("share", "low", "high")}
    return table_html(
        rates.assign(**shares),
        "Placebos put through the same procedure. arms: pairs of them, which placebos may share;"
        " moved: effects beyond the smallest of interest; share: of those shown, with its 95 %"
        " interval",
    )


def _code(text: str) -> Markup:
    """Return a sentence as HTML, with what stands between backticks as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))
