"""What follows the record on the command line: histories under every account, and their page."""

import json
from pathlib import Path
from typing import Any

from poruka.cli.record_fit import with_seed
from poruka.cli.terminal import print_fitted
from poruka.experiments.catalogue import LoadedExperiment
from poruka.utils.errors import BadInput


def run_what_follows(
    loaded: LoadedExperiment,
    worlds: int | None,
    seed: int | None,
    out: Path | None,
    as_json: bool,
    progress: Any,
) -> None:
    """Score what follows under every account, and write the page."""
    from poruka.experiments.cost_estimate import estimate_cost, format_cost_estimate
    from poruka.experiments.result_folder import lock_result_folder
    from poruka.experiments.what_follows_stage import BOTH, histories_of, score_what_follows
    from poruka.reports.what_follows_page import write_what_follows_page
    from poruka.reports.what_follows_text import parts_text

    if worlds is not None:
        raise BadInput(
            "what follows plays one world a draw; how many stands in [what_follows]: leave out -n."
        )
    chosen, kept = with_seed(loaded, seed), Path("runs/experiments") / loaded.name
    histories_of(chosen)  # refuses a figure of earlier months before anything is played
    if not as_json:
        print_fitted(f"{loaded.experiment.question}\n{format_cost_estimate(estimate_cost(loaded))}")
    command = f"poruka experiment run {loaded.name}" + ("" if seed is None else f" --seed {seed}")
    command += f" --out {out}" if out else ""
    # The lock lies where the worlds do: no file of it among the results.
    with lock_result_folder(kept, loaded):
        report = score_what_follows(chosen, kept / "worlds", progress, processes=True)
        progress.close()
        page = write_what_follows_page(chosen, report, out or kept, command)
    if as_json:
        rows = report.parts[report.parts["history"] == BOTH]
        parts = json.loads(rows.to_json(orient="records"))
        print(json.dumps({"experiment": loaded.name, "parts": parts, "page": str(page)}))
        return
    print_fitted(f"{parts_text(report)}\nthe page is {page}")
