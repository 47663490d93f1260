"""What ensembles, runs and regimes show of themselves in a notebook."""

from collections.abc import Sequence
from typing import Any

from poruka.scenario.display import changed_parts
from poruka.utils.coverage import coverage_of
from poruka.utils.html_display import display_html
from poruka.utils.labels import format_label


def run_html(run: Any, rows: Sequence[tuple[str, str]] = ()) -> str:
    """Return the display of an ensemble or a stored run: worlds, changes and outcomes."""
    counts = run.outcomes["outcome"].astype(str).value_counts()
    shares = ", ".join(
        f"{format_label(name)} {count / counts.sum():.0%}" for name, count in counts.items()
    )
    scenario = run.scenario
    return display_html(
        scenario.title,
        [
            ("worlds", f"{coverage_of(run)}, seed {run.seed}, {run.months} months"),
            *rows,
            *changed_parts(scenario),
            ("first change of ruler", shares),
        ],
    )


def regime_html(regime: Any) -> str:
    """Return the display of a regime: which world, when, and how it stands."""
    indices = ("control", "monolith", "approval", "belief_in_alternative")
    return display_html(
        regime.world_scenario.title,
        [
            ("world", f"{regime.world_number} of seed {regime.ensemble_seed}"),
            ("month", regime.date),
            *changed_parts(regime.world_scenario),
            *((format_label(name), f"{getattr(regime, name):.2f}") for name in indices),
            ("standing", str(regime.ending())),
        ],
    )
