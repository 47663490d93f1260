"""The tables of a score on a terminal: figures by role, what is left out, and skill."""

from typing import Any

from poruka.cli.terminal import start_table
from poruka.utils.coverage import coverage_of

SCORE_NOTE = (
    "A score lies between 0 (as recorded) and 1: of an event the mean error of the share of worlds"
    " in which it has happened, over all months; of a value the distance of worlds from it; of a"
    " pattern that of the share of worlds that show it. Skill is 1 less score over baseline; beside"
    " each figure it is that over the better of two plain forecasts, that nothing changes and that"
    " all is equally likely, and a band is given only where it is above 0."
)
"""What the numbers of the tables mean."""
_TITLES = {
    "event": "Events: what may happen or not",
    "value": "Values",
    "pattern": "Patterns within one world",
    "growth": "Growth, apart",
}
_PART_NAMES = {
    "event": "events",
    "value": "values",
    "pattern": "patterns",
    "all": "all three",
    "growth": "growth",
}


def print_figures(console: Any, run: Any, score: dict[str, Any]) -> None:
    """Print the scored figures, a table for each role, and the lines that are not scored.

    Parameters
    ----------
    console : rich.console.Console
    run : Ensemble or StoredRun
        For dates and the number of worlds.
    score : dict
        As :meth:`poruka.scoring.score.Score.to_dict` returns it.
    """
    for role, title in _TITLES.items():
        rows = [row for row in score["figures"] if row["role"] == role]
        if rows:
            _print_role(console, run, title, rows)
    for why, beginning in (
        ("input", "Not scored, since a scenario puts it in"),
        ("not reached", "Not scored, since the run does not reach it"),
    ):
        if names := [row["figure"] for row in score["not_scored"] if row["why"] == why]:
            console.print(f"\n{beginning}: {', '.join(names)}.", highlight=False)


def _print_role(console: Any, run: Any, title: str, rows: list[dict[str, Any]]) -> None:
    from poruka.figures.ensembles.scorecard import format_score_value

    has_bands = rows[0]["role"] != "pattern"
    table = start_table(
        console,
        f"{title} ({coverage_of(run)}; * record outside the band)",
        ("figure", "record", "median", *has_bands * ("90 % band",), "worlds", "score", "skill"),
    )

    def format_value(row: dict[str, Any], name: str) -> str:
        # JSON has no infinite numbers; what is None here is never, unless there is no such number.
        value = row[name]
        return format_score_value(run, row["kind"], float("inf") if value is None else value)

    for row in rows:
        is_share = row["kind"] == "yes"
        has_band = row["covered"] is not None
        band = f"{format_value(row, 'low')} – {format_value(row, 'high')}" if has_band else "–"
        table.add_row(
            row["figure"] + (" *" if row["covered"] == 0.0 else ""),
            format_value(row, "value"),
            "–" if is_share else format_value(row, "median"),
            *has_bands * (band,),
            "–" if row["shown"] is None else f"{row['shown']:.0%}",
            f"{row['score']:.3f}",
            "–" if row["skill"] is None else f"{row['skill']:.2f}".replace("-", "−"),
        )
    console.print(table)


def print_skill(console: Any, score: dict[str, Any]) -> None:
    """Print the score of each part, then the skill against each baseline with its interval and the
    verdict.
    """
    parts = start_table(console, "Scores by part", ("part", "figures", "episodes", "score"))
    first = score["skill"][0]["baseline"]
    for row in score["skill"]:
        if row["baseline"] == first:
            counts = (str(row[name]) for name in ("figures", "episodes"))
            parts.add_row(_PART_NAMES[row["part"]], *counts, f"{row['score']:.3f}")
    console.print(parts)
    table = start_table(
        console,
        "Skill against baselines (95 % interval over worlds and episodes)",
        ("baseline", "part", "its score", "skill", "95 %", "verdict"),
        (1, 5),
    )
    for row in score["skill"]:
        low, high, skill = (
            "–" if row[name] is None else f"{row[name]:.2f}".replace("-", "−")
            for name in ("low", "high", "skill")
        )
        table.add_row(
            row["baseline"] if row["part"] == score["skill"][0]["part"] else "",
            _PART_NAMES[row["part"]],
            f"{row['baseline_score']:.3f}",
            skill,
            f"{low} to {high}",
            row["verdict"],
        )
    console.print(table)
