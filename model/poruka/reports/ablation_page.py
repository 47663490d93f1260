"""The page of an ablation: which patterns depend on which mechanism."""

from pathlib import Path

import pandas as pd

from poruka.analysis.patterns import Pattern, load_patterns
from poruka.engine.parameters import mechanisms
from poruka.figures.base.drawing import save_figure
from poruka.figures.theory.ablation_matrix import AblationMatrix
from poruka.reports.html import figure_html, page_html, table_html
from poruka.theory.ablation import MIN_PRESENCE, MIN_PRESENCE_CHANGE, AblationResult
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.contained_writing import refuse_special_files, write_inside
from poruka.utils.coverage import table_coverage
from poruka.utils.html_templates import fill_html, render_html


def format_pattern_ranges(pattern: Pattern) -> str:
    """Return the conditions of a pattern in one line.

    Examples
    --------
    >>> format_pattern_ranges(load_patterns().patterns[5])
    'dissolutions from 1 to 1'
    """

    def format_range(quantity: str, low: float, high: float) -> str:
        if low == float("-inf"):
            return f"{quantity} at most {high:g}"
        return (
            f"{quantity} at least {low:g}"
            if high == float("inf")
            else f"{quantity} from {low:g} to {high:g}"
        )

    holds = "; ".join(format_range(*line.model_dump().values()) for line in pattern.holds)
    given = "; ".join(format_range(*line.model_dump().values()) for line in pattern.given)
    prefix = "mean over worlds: " if pattern.of == "mean" else ""
    among = f" (among worlds with {given})" if given else ""
    return f"{prefix}{holds}{among}"


def _pattern_table(ablation: AblationResult) -> pd.DataFrame:
    patterns = {pattern.id: pattern for pattern in load_patterns().patterns}
    first = ablation.pattern_effects.drop_duplicates("pattern").sort_values("pattern")
    rows = [
        (
            row.pattern,
            row.scenario,
            patterns[row.pattern].says,
            format_pattern_ranges(patterns[row.pattern]),
            f"{row.present:.0%}",
        )
        for row in first.itertuples()
        if row.pattern in patterns
    ]
    return pd.DataFrame(
        rows,
        columns=["pattern", "scenario", "description", "criterion", "present in the full model"],
    )


def _mechanism_table(ablation: AblationResult) -> pd.DataFrame:
    neutral = {id: mechanism.neutral for id, mechanism in mechanisms().items()}
    table, effects = ablation.mechanism_summary, ablation.pattern_effects
    without = [neutral.get(id, "all its parts are off") for id in table["mechanism"]]
    return pd.DataFrame(
        {
            "mechanism": table["mechanism"],
            "description": table["title"],
            "without it": without,
            "what is lost": table["says"],
            "completed with and without it": [
                str(table_coverage(effects[effects["mechanism"] == id]))
                for id in table["mechanism"]
            ],
        }
    )


def write_ablation_page(
    ablation: AblationResult, folder: Path, worlds: int, seed: int, arguments: str = ""
) -> Path:
    """Write the page, its figures and its tables, and return the path of the page.

    Parameters
    ----------
    ablation : AblationResult
        As :func:`poruka.theory.ablation.run_ablation` returns it.
    folder : Path
        Where ``index.html``, ``patterns.csv``, ``mechanisms.csv`` and ``figures/`` go.
    worlds, seed : int
        Number of worlds of the arms for the patterns, and their seed.
    arguments : str
        Further arguments of the command, for the line that reproduces the page.
    """
    folder = create_results_folder(folder)
    tables = ["patterns.csv", "mechanisms.csv"]
    refuse_special_files(folder, ["index.html", "figures", *tables])
    write_inside(folder, tables[0], content=ablation.pattern_effects.to_csv(index=False))
    write_inside(folder, tables[1], content=ablation.mechanism_summary.to_csv(index=False))
    coverage = table_coverage(ablation.pattern_effects)
    matrix = AblationMatrix(
        ablation.pattern_effects.assign(
            label=ablation.pattern_effects["pattern"] + " " + ablation.pattern_effects["label"]
        ),
        coverage,
        seed,
    )
    save_figure(matrix, folder, "figures/knockout-patterns")
    idle = ablation.mechanism_summary[ablation.mechanism_summary["changes_nothing"]][
        "mechanism"
    ].tolist()
    without_losses = ablation.mechanism_summary[ablation.mechanism_summary["costs_nothing"]][
        "mechanism"
    ].tolist()
    introduction = render_html(
        "ablation_introduction.html",
        mechanisms=len(ablation.mechanism_summary),
        idle=idle,
        without_losses=without_losses,
        change=f"{MIN_PRESENCE_CHANGE:.0%}",
        presence=f"{MIN_PRESENCE:.0%}",
        cells=f"{len(ablation.pattern_effects):,}",
    )
    sections = {
        "Effects of each mechanism": (
            introduction
            + figure_html(matrix, "knockout-patterns")
            + table_html(
                _mechanism_table(ablation), "Mechanisms and what is lost without them", True
            )
        ),
        "The patterns": table_html(
            _pattern_table(ablation),
            "Patterns, their criteria, and how many worlds show them",
            True,
        ),
    }
    command = f"poruka knockout {f'{arguments} ' if arguments else ''}-n {worlds} --seed {seed}"
    sections["To reproduce"] = fill_html("<pre>{}</pre>", command)
    fewest_note = "" if coverage.is_complete else f"; at the least {coverage} without a mechanism"
    lead = f"{worlds} worlds per arm{fewest_note}, seed {seed}"
    page = page_html("Ablation of mechanisms", lead, sections)
    return write_inside(folder, "index.html", content=page)
