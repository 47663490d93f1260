"""The text of a page on robustness: what stands, what does not, and under what."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from poruka.analysis.over_draws import is_share
from poruka.analysis.robustness.arms import GROUPS
from poruka.analysis.robustness.verdicts import Verdict, judge_headlines
from poruka.analysis.specification import Outcome
from poruka.experiments.experiment_result import AnalysisResult, ExperimentResult
from poruka.experiments.robustness_stage import RobustnessDetails
from poruka.figures.base.drawing import Drawing

TESTS = ("scale", "order", "start")
"""Groups of arms under which a result should stand; a part of a mechanism is the theory itself."""
SHOWN_PARTS = 4
SHOWN_ROWS = 60


def format_level(value: float, outcome: Outcome, start: int, is_difference: bool = False) -> str:
    """Return a value of an outcome as text; months are counted from a start.

    Examples
    --------
    >>> when = Outcome(quantity="first_defection", unit="date")
    >>> format_level(3.2, when, 1990 * 12), format_level(3.2, when, 1990 * 12, is_difference=True)
    ('1990-04', '+3.2 months')
    >>> format_level(0.25, Outcome(quantity="share_heir"), 0)
    '25 %'
    """
    if not np.isfinite(value):
        return "not told"
    sign = "+" if is_difference else ""
    if is_share(outcome.quantity):
        return f"{100.0 * value:{sign}.0f} {'points' if is_difference else '%'}"
    if outcome.unit != "date":
        return f"{value:{sign}.{'0f' if abs(value) >= 10.0 else '2g'}}"
    return f"{value:+.1f} months" if is_difference else format_month(start, value)


def format_month(start: int, months: float) -> str:
    """Return the month that lies some months after a start, which is counted from year 0.

    Examples
    --------
    >>> format_month(1990 * 12 + 2, 10.4)
    '1991-01'
    """
    year, month = divmod(start + round(months), 12)
    return f"{year}-{month + 1:02d}"


class RobustnessText:
    """The parts of the page, from the result of an experiment with a [robustness]."""

    def __init__(self, result: ExperimentResult, analysis: AnalysisResult, start: int):
        self.experiment, self.analysis, self.start = result.experiment, analysis, start
        self.seed = result.seed
        self.details: RobustnessDetails = analysis.details
        self.effects: pd.DataFrame = analysis.table
        self.outcomes = {outcome.quantity: outcome for outcome in self.experiment.outcome}
        self.verdicts = judge_headlines(
            self.effects, self.details.base, analysis.specification.large
        )

    def how(self) -> list[str]:
        """Return how arms were played and judged, with the power of the tests."""
        details, plan = self.details, self.analysis.specification
        arms = " and ".join(f"{count} in {name.title()}" for name, count in details.arms.items())
        counted = self.effects.drop_duplicates(["country", "group", "arm"]).groupby("group").size()
        units = (
            f"numbers drawn from {details.drawn}, {plan.worlds_each} worlds of each draw"
            if details.drawn
            else "numbers as they are declared"
        )
        detectable = self.effects["detectable"].replace(np.inf, np.nan)
        second = (
            " The second interval is where the effect expected under a further draw of the numbers"
            " lies, with the chance of single worlds taken out."
            if details.drawn
            else " As no numbers were drawn, there is no second interval, over the numbers."
        )
        return [
            f"{arms}, {details.worlds} worlds of each, seed {self.seed}, {units};"
            f" {details.failed} worlds failed. World k has the same luck and the same draw in every"
            " arm, so that effects are means of paired differences. The first interval is 95 % of"
            f" that mean over such {'draws and worlds' if details.drawn else 'worlds'}.{second}",
            f"All {len(self.effects):,} effects are tested together: signs of whole"
            f" {'draws' if details.drawn else 'worlds'} are flipped, of their sums and of"
            " their signed ranks (few large ones do not drown the others), and an effect is *found*"
            f" at a false discovery rate of {plan.false_discovery_rate:.0%}. It is *large* from"
            f" {plan.large:g} standard deviations of worlds as they are. Of an effect of"
            f" {detectable.median():.2g} of them (median over all tests; of nine in ten tests"
            f" {detectable.quantile(0.9):.2g}) it can be said that nine in ten would have been"
            " found: what is not found is not shown to be nothing.",
            "A level does not stand where a large effect is found; a difference of the two"
            " countries, where its change is found and the interval of what is left no longer lies"
            " on its side of 0. What is not found but within its interval would be as much is"
            " counted as open. A month that never came counts as the one after the"
            " end. Counted over both countries and their difference, there are "
            + ", ".join(
                f"{counted[key]} arms with {text}" for key, text in GROUPS.items() if key in counted
            )
            + ".",
        ]

    def lead(self) -> list[str]:
        """Return the sentences that say which results do not stand, and which do."""
        fallen, standing, unshown, idle = [], [], [], []
        for verdict in self.verdicts:
            lost = verdict.lost[verdict.lost["group"].isin(TESTS)]
            if not verdict.told:
                idle.append(self._name(verdict))
            elif len(lost):
                groups = [
                    f"{GROUPS[key]} ({count} of {verdict.tried[key]})"
                    for key, count in lost.groupby("group", sort=False).size().items()
                ]
                fallen.append(f"- **{self._name(verdict)}** under {_join(groups)}")
            elif count := int(verdict.open["group"].isin(TESTS).sum()):
                tried = int(verdict.tried.reindex(list(TESTS)).sum())
                unshown.append(f"{self._name(verdict)}: {count} of {tried}")
            else:
                standing.append(self._name(verdict))
        lines = ["**Does not stand:**" if fallen else "No result is shown to fall.", ""]
        lines += [*fallen, ""] if fallen else []
        if standing:
            lines += [f"**Stands** under all of these: {'; '.join(standing)}.", ""]
        if unshown:
            lines += [
                "**Not shown to fall**, though within the interval of some arms it might (arms of"
                f" those tried): {'; '.join(unshown)}.",
                "",
            ]
        if idle:
            lines += [f"No difference to lose as the countries are: {'; '.join(idle)}.", ""]
        return lines

    def _name(self, verdict: Verdict) -> str:
        return f"{self.outcomes[verdict.quantity].name} ({_country(verdict.country)})"

    def headlines(self) -> pd.DataFrame:
        """Return one row a result and country: as it is, and under what it moves or falls."""
        rows = []
        for verdict in self.verdicts:
            outcome = self.outcomes[verdict.quantity]
            as_is, low, high = (
                format_level(value, outcome, self.start, verdict.is_difference)
                for value in (verdict.base, verdict.low, verdict.high)
            )
            cells = [outcome.name, _country(verdict.country), f"{as_is} ({low} to {high})"]
            for key in TESTS:
                lost = verdict.lost[verdict.lost["group"] == key]
                moved = int((verdict.moved["group"] == key).sum())
                tried = int(verdict.tried.get(key, 0))
                shown = _first(f"`{name}`" for name in lost["arm"])
                unknown = int((verdict.open["group"] == key).sum())
                stands = f"not shown to fall ({unknown} of {tried} open)" if unknown else "stands"
                if not verdict.told:
                    stands = "no sign to lose"
                note = f"; {moved} of {tried} move it" if moved else ""
                cells.append((f"not under {shown}" if len(lost) else stands) + note)
            parts = verdict.lost[verdict.lost["group"] == "rules"]
            cells.append(
                _first(f"`{name.removesuffix(' off')}`" for name in parts["arm"]) or "none"
            )
            rows.append(cells)
        columns = ["result", "country", "as it is (95 %)", *(GROUPS[key] for key in TESTS)]
        return pd.DataFrame(rows, columns=[*columns, "rests on"])

    def losses(self) -> pd.DataFrame:
        """Return the effects under which a result does not stand, parts of mechanisms left out."""
        rows = []
        for verdict in self.verdicts:
            outcome = self.outcomes[verdict.quantity]
            for row in verdict.lost[verdict.lost["group"].isin(TESTS)].itertuples():
                level = format_level(row.mean, outcome, self.start, verdict.is_difference)
                ends = [
                    format_level(value, outcome, self.start, True)
                    for value in (row.low, row.high, row.numbers_low, row.numbers_high)
                ]
                numbers = f"{ends[2]} to {ends[3]}" if ends[2] != "not told" else "not drawn"
                rows.append(
                    (
                        outcome.name,
                        _country(verdict.country),
                        f"`{row.arm}`" + (f" ({row.detail})" if row.group != "order" else ""),
                        level,
                        format_level(row.effect, outcome, self.start, True),
                        f"{ends[0]} to {ends[1]}",
                        numbers,
                    )
                )
        columns = ["result", "country", "arm", "there", "effect", "95 %, chance", "95 %, numbers"]
        return pd.DataFrame(rows, columns=columns)

    def page(self, command: str, drawing: Drawing) -> str:
        """Return the page in Markdown."""
        losses, orders = self.losses(), self.details.orders
        lines = [
            "# Robustness",
            "",
            f"{self.experiment.question} {self.experiment.about}",
            "",
            "This page is made by the command below.",
            "",
            f"    {command}",
            "",
            "## What does not stand",
            "",
            *self.lead(),
            f"![{drawing.alt}](result/figures/robustness.png)",
            "",
            f"*{drawing.caption}*",
            "",
            "## How",
            "",
            *(line for paragraph in self.how() for line in (paragraph, "")),
            "## What is moved by what",
            "",
            "The last column names parts of mechanisms without which the result does not stand.",
            "",
            *markdown_rows(self.headlines()),
            "",
        ]
        if len(losses):
            lines += [
                "## By how much",
                "",
                *markdown_rows(losses.head(SHOWN_ROWS)),
                "",
                f"{len(losses)} effects under which a result does not stand"
                + (f", {SHOWN_ROWS} of them shown" if len(losses) > SHOWN_ROWS else "")
                + "; `result/tables/effects.csv` of a run of your own has every effect of every"
                " arm.",
                "",
            ]
        if orders:
            lines += ["## The orders of the month", ""]
            lines += [*(f"- {name}: {blocks}" for name, blocks in orders.items()), ""]
        return "\n".join(lines).rstrip() + "\n"


def _country(name: str) -> str:
    return name.title().replace(" Less ", " less ")


def _join(texts: list[str]) -> str:
    return ", ".join(texts[:-1]) + (" and " if len(texts) > 1 else "") + texts[-1]


def _first(names: Iterable[str]) -> str:
    """Return the first few names, and how many more there are."""
    listed = list(names)
    more = len(listed) - SHOWN_PARTS
    return ", ".join(listed[:SHOWN_PARTS]) + (f" and {more} more" if more > 0 else "")


def markdown_rows(table: pd.DataFrame) -> list[str]:
    """Return a table of texts as the lines of a Markdown table."""
    rows = [list(table.columns), ["---"] * len(table.columns), *table.itertuples(index=False)]
    return ["| " + " | ".join(str(cell).replace("|", "/") for cell in row) + " |" for row in rows]
