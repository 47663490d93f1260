"""Experiments on robustness on the command line: one page with one figure."""

import json
from pathlib import Path
from typing import Any

from poruka.cli.terminal import print_fitted
from poruka.experiments.catalogue import LoadedExperiment


def run_robustness_page(
    loaded: LoadedExperiment,
    worlds: int | None,
    seed: int | None,
    out: Path | None,
    as_json: bool,
    progress: Any,
) -> None:
    """Play the arms of an experiment on robustness and write its page.

    Worlds are kept in ``runs/experiments/NAME``, wherever the page goes, so that the same command
    continues after an interruption.
    """
    from poruka.experiments.cost_estimate import estimate_cost, format_cost_estimate
    from poruka.experiments.run import run_experiment
    from poruka.reports.robustness_page import robustness_text, write_robustness_page

    kept = Path("runs/experiments") / loaded.name
    if not as_json:
        cost = format_cost_estimate(estimate_cost(loaded, worlds))
        print_fitted(f"{loaded.experiment.question}\n{cost}")
    result = run_experiment(loaded, kept, worlds, seed, progress, quiet=as_json)
    progress.close()
    given = (("-n", worlds), ("--seed", seed), ("--out", out))
    options = "".join(f" {flag} {value}" for flag, value in given if value is not None)
    command = f"poruka experiment run {loaded.name}{options}"
    page = write_robustness_page(result, out or kept, command)
    text = robustness_text(result)
    if as_json:
        effects = json.loads(text.effects.to_json(orient="records"))
        print(
            json.dumps(
                {
                    "experiment": loaded.name,
                    "seed": result.seed,
                    "worlds": result.worlds,
                    "failed": len(result.failures),
                    "lost": len(text.losses()),
                    "effects": effects,
                    "page": str(page),
                }
            )
        )
        return
    for line in filter(None, text.lead()):
        print_fitted(line)
    print_fitted(f"the page is {page}")
