"""What ensembles, stored runs and regimes have in common where two of them are compared."""

from typing import Any

from poruka.utils.errors import BadInput


def require_runs(*runs: Any) -> None:
    """Raise an error for anything that has no worlds with outcomes and events."""
    for run in runs:
        if not hasattr(type(run), "events") or not hasattr(type(run), "outcomes"):
            raise BadInput(
                f"{run!r:.60} is no run that can be compared; give ensembles, stored runs or"
                " regimes, such as simulate(…) and its fork(…)."
            )


def scenario_of(run: Any) -> Any:
    """Return the scenario of an ensemble, a stored run or a regime."""
    return run.world_scenario if hasattr(run, "world_scenario") else run.scenario


def seed_of(run: Any) -> int:
    """Return the seed of a run."""
    return int(run.ensemble_seed if hasattr(run, "ensemble_seed") else run.seed)


def months_of(run: Any) -> int:
    """Return the months that were simulated."""
    return int(run.months if hasattr(run, "months") else run.month)
