"""An experiment's answer as sections of words, tables and figures, before they are set
on a page.
"""

from typing import NamedTuple

import pandas as pd

from poruka.analysis.calibration.calibrate import aims_of, priors_of
from poruka.analysis.calibration.posterior_predictive import pattern_table, predictive
from poruka.analysis.factors import plain
from poruka.experiments.run import Answer, Made
from poruka.figures.base.axis_naming import Naming
from poruka.figures.base.drawing import Drawing
from poruka.figures.comparisons.modal_outcome import ModalOutcome
from poruka.figures.experiments.discovery import TradeOff, TreeFigure
from poruka.figures.experiments.main_effects import ConvergenceFigure, CurveFigure, EffectsFigure
from poruka.figures.experiments.posterior import PosteriorFigure, PredictiveFigure
from poruka.figures.experiments.sensitivity import (
    MorrisFigure,
    SobolFigure,
    SplitFigure,
    TornadoFigure,
    YearsFigure,
)

HEADINGS = {
    "curve": "Along the factor",
    "effects": "Effects",
    "tornado": "One factor at a time",
    "modes": "The outcome that leads",
    "convergence": "How the answer settles",
    "split": "Where the variance comes from",
    "prim": "Conditions: boxes",
    "tree": "Conditions: a tree",
    "morris": "Screening",
    "sobol": "Sobol indices",
}


class Section(NamedTuple):
    """A part of the page: a heading, sentences, named tables with captions, and named figures."""

    heading: str
    words: list[str]
    tables: list[tuple[str, pd.DataFrame, str]]
    figures: list[tuple[str, Drawing]]


def drawings(made: Made, answer: Answer, naming: Naming) -> list[tuple[str, Drawing]]:
    """Return the figures of an analysis by name."""
    worlds, seed, asked = answer.worlds, answer.seed, made.asked
    points = len(answer.played.points) if answer.played is not None else 0
    if made.kind == "curve":
        return [("curve", CurveFigure(made.table, asked.x, asked.lines, naming, worlds, seed))]
    if made.kind == "effects":
        return [
            ("effects", EffectsFigure(made.table, asked.factor, asked.by, naming, worlds, seed))
        ]
    if made.kind == "tornado":
        return [("tornado", TornadoFigure(made.table, naming, worlds, seed))]
    if made.kind == "modes":
        return [("modes", ModalOutcome.of_cells(made.table, asked.x, asked.y, naming, seed))]
    if made.kind == "convergence":
        text = answer.experiment.outcomes([asked.outcome])[0].quantity
        precision = answer.experiment.precision
        wanted = (
            precision.half_width
            if precision is not None and precision.quantity in (text, naming.outcome(text))
            else None
        )
        return [
            ("convergence", ConvergenceFigure(made.table, made.more, text, wanted, naming, seed))
        ]
    if made.kind == "split":
        return [("split", SplitFigure(made.table, naming, points, worlds, seed))]
    if made.kind == "prim":
        return [("prim", TradeOff(made.more, naming, points, worlds, seed))]
    if made.kind == "tree":
        return [("tree", TreeFigure(made.more, naming, points, worlds, seed))]
    kind = MorrisFigure if made.kind == "morris" else SobolFigure
    found: list[tuple[str, Drawing]] = [
        (made.kind, kind(made.table, naming, made.more["points"], made.more["worlds"], seed))
    ]
    found += [
        (
            f"{made.kind}-{index}",
            YearsFigure(made.table, index, naming, made.more["points"], made.more["worlds"], seed),
        )
        for index in asked.series
    ]
    return found


def sections_of(answer: Answer) -> list[Section]:
    """Return everything an answer has to say."""
    naming, found = Naming(answer.found), [_what(answer)]
    if answer.played is not None and len(answer.played.points) <= 60:
        table = plain(_came(answer), answer.experiment.factor, answer.found.scenario)
        found.append(
            Section(
                "The points",
                [],
                [
                    (
                        "points",
                        readable(table, naming),
                        f"Every point, {answer.worlds} worlds each, means with 95 % intervals",
                    )
                ],
                [],
            )
        )
    seen: dict[str, int] = {}
    for made in answer.made:
        seen[made.kind] = seen.get(made.kind, 0) + 1
        suffix = f"-{seen[made.kind]}" if seen[made.kind] > 1 else ""
        figures = [(name + suffix, one) for name, one in drawings(made, answer, naming)]
        found.append(
            Section(
                HEADINGS[made.kind] + (f" ({seen[made.kind]})" if suffix else ""),
                [one.alt for _, one in figures],
                (
                    [
                        (
                            made.kind + suffix + "-table",
                            readable(_short(made, answer), naming),
                            _caption(made),
                        )
                    ]
                    if made.kind != "convergence"
                    else []
                ),
                figures,
            )
        )
    return found + _calibration(answer, naming)


def _came(answer: Answer) -> pd.DataFrame:
    """Return the table of points; where an outcome is a date, with the share of worlds in which it
    came at all.
    """
    assert answer.played is not None
    table, played = answer.played.table(), answer.played
    dates = [one.quantity for one in answer.experiment.outcome if one.unit == "date"]
    if dates:
        countries = [answer.found.builder(point) for point in played.points.to_dict("records")]
        months = [one.months + answer.found.scenario.month_of(one.start_date) for one in countries]
        table["came"] = [
            (
                float((played.of(row.quantity)[row.point] < months[row.point]).mean())
                if row.quantity in dates
                else float("nan")
            )
            for row in table.itertuples()
        ]
    return table


def _what(answer: Answer) -> Section:
    experiment, points = (
        answer.experiment,
        (len(answer.played.points) if answer.played is not None else 0),
    )
    words = [experiment.about] if experiment.about else []
    rows = []
    for one in experiment.factor:
        if one.levels:
            rows.append((one.label, "levels", "; ".join(level.label for level in one.levels)))
        else:
            low, high = (
                one.bounds(answer.found.scenario)
                if not one.values
                else (min(ends := one.grid(answer.found.scenario)), max(ends))
            )
            rows.append(
                (
                    one.label,
                    ", ".join(one.moved) or "month of an intervention",
                    (
                        f"{one.shown(low, answer.found.scenario)} to"
                        f" {one.shown(high, answer.found.scenario)}"
                    ),
                )
            )
    if points:
        words.append(
            f"{points} points of {answer.worlds} worlds each were played, seed {answer.seed}."
        )
    if answer.replicated is not None:
        reached = "reached" if answer.replicated.reached else "not reached"
        asked = experiment.precision
        assert asked is not None
        words.append(
            f"The precision asked for ({asked.quantity} within ±{asked.half_width:g} at every"
            f" point) was {reached} with {answer.worlds} worlds (widest"
            f" ±{answer.replicated.widest:.3g})."
        )
    tables = (
        [("factors", pd.DataFrame(rows, columns=["factor", "moves", "from"]), "What was moved")]
        if rows
        else []
    )
    if len(answer.failures):
        words.append(
            f"{len(answer.failures)} worlds failed and are left out; the table of failures has the"
            " seed, the parameters and the traceback of each."
        )
        tables.append(
            (
                "failures",
                answer.failures.drop(columns=["traceback", "parameters"]),
                "Worlds that failed",
            )
        )
    return Section("What was asked", words, tables, [])


def _short(made: Made, answer: Answer) -> pd.DataFrame:
    """Return the columns of a table that fit on a page."""
    drop = {
        "modes": [name for name in made.table.columns[8:]],
        "tree": ["side", "factor", "threshold"],
        "effects": ["against"],
    }.get(made.kind, [])
    table = made.table.drop(columns=drop)
    if made.kind in (
        "morris",
        "sobol",
    ):  # the years of a series stand in the figure and in the full table
        table = table[table["quantity"].isin([one.quantity for one in answer.experiment.outcome])]
        return table.drop(
            columns=[name for name in ("S1_plain", "ST_plain", "variance") if name in table]
        )
    return table


def _caption(made: Made) -> str:
    return {
        "curve": "Means, 95 % intervals, medians and standard deviations",
        "effects": "Paired differences with 95 % intervals",
        "tornado": "Each end of each factor against the point where nothing is moved",
        "modes": "The leading outcome of each cell, its share, how surely it leads",
        "split": "Shares of the variance of one world's outcome, with 95 % intervals",
        "prim": "The conditions of the chosen box (quasi-p: so many cases by chance)",
        "tree": "The nodes of the tree",
        "morris": "Effects of the whole range of each number",
        "sobol": "First-order and total indices",
    }[made.kind]


def _calibration(answer: Answer, naming: Naming) -> list[Section]:
    found = answer.calibrated
    if found is None or answer.experiment.calibration is None:
        return []
    asked, scenario = answer.experiment.calibration, answer.found.scenario
    aims, priors = (
        aims_of(asked, scenario),
        priors_of(answer.experiment.numbers, scenario, asked.prior),
    )
    first = PosteriorFigure(found.sample, priors, found.fit, naming, asked.worlds, answer.seed)
    words = [first.alt]
    figures: list[tuple[str, Drawing]] = [("posterior", first)]
    tables = [
        ("posterior-table", readable(first.table, naming), "Prior and posterior of each number"),
        ("history", readable(found.sample.history, naming), "The generations"),
    ]
    if found.fit is not None:
        words.append(
            f"The point fit comes to a distance of {found.fit.distance:.3g}, against"
            f" {found.fit.default:.3g} with the defaults: "
            + ", ".join(
                f"{name} {naming.factor_value(name, value)}"
                for name, value in found.fit.best.items()
            )
            + "."
        )
    table = predictive(found.before, found.after, aims)
    drawn: list[tuple[str, Drawing]] = []
    if len(table):
        second = PredictiveFigure(table, asked.predictive, answer.seed)
        drawn.append(("predictive", second))
    shown = (
        [
            (
                "predictive-table",
                readable(table.drop(columns=["width"], errors="ignore"), naming),
                "Worlds over prior and posterior against the aims",
            )
        ]
        if len(table)
        else []
    )
    if aims.patterns:
        shown.append(
            (
                "patterns",
                readable(pattern_table(found.before, found.after, aims), naming),
                "Share of prior and posterior worlds that show each pattern",
            )
        )
    return [
        Section("Calibration", words, tables, figures),
        Section("Worlds over prior and posterior", [one.alt for _, one in drawn], shown, drawn),
    ]


def readable(table: pd.DataFrame, naming: Naming) -> pd.DataFrame:
    """Return a table with numbers rounded, yes and no in words, and dates where a quantity or a
    factor is one.
    """
    shown = table.copy().astype(object)
    for row, one in enumerate(table.to_dict("records")):
        text = one.get("quantity", "")
        for column, value in one.items():
            if column == "quantity":
                said = naming.outcome(str(value))
            elif (
                column in ("mean", "low", "high", "median", "base")
                and naming.is_date(text)
                and "share" not in one
                and not ("effect" in one and column != "base")
            ):
                said = naming.value(text, value)
            elif isinstance(value, bool):
                said = "yes" if value else "no"
            elif isinstance(value, float):
                said = (
                    "–"
                    if value != value
                    else f"{value:.3g}"
                    if abs(value) < 1e6
                    else f"{value:.0f}"
                )
            else:
                said = str(value)
            shown.iloc[row, list(table.columns).index(column)] = said
    return shown
