"""The command ``poruka sweep``: worlds at every combination of values, as table and figure."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from poruka.cli.options import (
    JsonOption,
    RulesOption,
    ScenarioArgument,
    SeedOption,
    SetOption,
    WithoutOption,
    load_changed_scenario,
    parse_key_values,
    parse_value,
)
from poruka.cli.terminal import print_fitted
from poruka.utils.errors import BadInput


def parse_vary(text: str) -> list[Any]:
    """Return the values of one ``--vary``: a list, or equal steps from low to high.

    Examples
    --------
    >>> parse_vary("0.2,0.4"), parse_vary("0:1:5"), parse_vary("on,off")
    ([0.2, 0.4], [0.0, 0.25, 0.5, 0.75, 1.0], ['on', 'off'])
    """
    import numpy as np

    parts = text.split(":")
    if len(parts) == 2:
        raise BadInput(f"{text!r} has no number of steps; write LOW:HIGH:STEPS, such as 0:1:5.")
    if len(parts) == 3:
        low, high, steps = (parse_value(part) for part in parts)
        if isinstance(low, float) and isinstance(high, float) and isinstance(steps, float):
            if steps != int(steps) or not 2 <= steps <= 1000:
                raise BadInput(
                    f"{text!r} has {parts[2]} steps; give a whole number from 2 to 1000."
                )
            return [round(float(value), 12) for value in np.linspace(low, high, int(steps))]
    return [parse_value(part.strip()) for part in text.split(",")]


def sweep_command(
    scenario: ScenarioArgument,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            help="KEY=VALUE,VALUE,… or KEY=LOW:HIGH:STEPS; may be repeated, and every combination"
            " is played. KEY as `poruka keys` lists it, or `scenario`, `rules`, or an act such as"
            " `force president.dies`.",
        ),
    ] = None,
    points: Annotated[
        Path | None,
        typer.Option("--points", help="A CSV file with one row for each point instead."),
    ] = None,
    worlds: Annotated[
        int, typer.Option("-n", "--worlds", min=1, max=5000, help="Worlds at each point.")
    ] = 100,
    seed: SeedOption = 1,
    quantity: Annotated[
        list[str] | None,
        typer.Option(
            "--quantity",
            help="What is summed up and drawn, such as share_heir or dissolutions; may be"
            " repeated. By default the share of worlds in which the incumbent stays.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="Folder for worlds, table.csv, summary.csv and figure.png; the same command"
            " continues there after an interruption.",
        ),
    ] = None,
    x: Annotated[
        str, typer.Option("--x", help="Key along the axis of the figure, where several vary.")
    ] = "",
    by: Annotated[
        str, typer.Option("--by", help="Key of its lines, or of the other side of a map.")
    ] = "",
    changes: SetOption = None,
    without: WithoutOption = None,
    rules: RulesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Play worlds at every combination of values and compare them under the same luck.

    Two numbers give a map, one a curve, switches intervals side by side.
    """
    import pandas as pd

    from poruka.rivals import rules_called
    from poruka.sweeps.request import sweep
    from poruka.sweeps.sweep import SURVIVAL

    base = load_changed_scenario(scenario, changes, without)
    base = base.with_rules(rules_called(rules)) if rules else base
    if bool(vary) == (points is not None):
        raise BadInput(
            "a sweep takes either --vary or --points; write for example"
            " --vary start.president.age=40,55,70."
        )
    axes: Any
    if points is not None:
        try:
            axes = pd.read_csv(points, skipinitialspace=True)
        except (OSError, ValueError) as error:
            raise BadInput(
                f"the table of points {points} cannot be read ({error}); give a CSV file with one"
                " column for each key."
            ) from None
    else:
        _refuse_repeated(vary or [])
        axes = parse_key_values("--vary", vary, "start.president.age=40,55,70", parse_vary)
    played = sweep(base, axes, worlds, seed, out, progress=False if as_json else None)
    wanted = tuple(quantity or [SURVIVAL])
    summary = played.summary(*wanted)
    notes = [] if out is None else _write_results(played, summary, wanted, (x, by), out)
    if as_json:
        rows = json.loads(summary.to_json(orient="records"))
        print(json.dumps({"coverage": str(played.coverage), "points": rows}))
    else:
        print_fitted(
            f"Sweep of {base.title} over {', '.join(played.keys)}: {played.coverage}, seed {seed}"
        )
        _print_summary(summary, played.keys)
        print("".join(f"\n{note}" for note in notes), end="\n" if notes else "")


def _refuse_repeated(vary: list[str]) -> None:
    keys = [text.partition("=")[0].strip() for text in vary]
    if repeated := [key for key in dict.fromkeys(keys) if keys.count(key) > 1]:
        raise BadInput(
            f"--vary {repeated[0]} is given twice; put its values into one, such as"
            f" --vary {repeated[0]}=VALUE,VALUE."
        )


def _print_summary(summary: Any, keys: tuple[str, ...]) -> None:
    from poruka.analysis.over_draws import is_share

    for quantity, rows in summary.groupby("quantity", sort=False):
        print_fitted(f"\n{quantity}: mean and 95 % interval")
        for row in rows.to_dict("records"):
            at = ", ".join(f"{key} = {_cell_text(row[key])}" for key in keys)
            text = (
                "{mean:.1%} ({low:.1%} to {high:.1%})"
                if is_share(str(quantity))
                else "{mean:.4g} ({low:.4g} to {high:.4g})"
            )
            print_fitted(f"  {at}: " + text.format(**row) + f", {row['worlds']} worlds")


def _cell_text(cell: Any) -> str:
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def _write_results(
    played: Any, summary: Any, wanted: tuple[str, ...], keys: tuple[str, str], out: Path
) -> list[str]:
    """Write summary and figure, and return what is said about it."""
    from poruka.figures.base.drawing import NothingToDraw, save_figure
    from poruka.figures.sweeps import draw_sweep
    from poruka.utils.contained_writing import write_inside

    write_inside(played.folder, "summary.csv", content=summary.to_csv(index=False))
    try:
        save_figure(draw_sweep(played, wanted, *keys), played.folder, "figure")
    except (BadInput, NothingToDraw) as error:
        return [f"no figure is drawn: {error}", f"worlds and tables are in {out}"]
    return [f"worlds, tables and figure are in {out}"]


def register_sweep_command(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("sweep")(sweep_command)
