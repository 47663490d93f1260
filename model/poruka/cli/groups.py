"""The command that puts countries into the three groups of regimes: groups."""

import json
from typing import Annotated, Any

import typer

from poruka.cli.options import DrawsOption, JsonOption, SeedOption
from poruka.cli.terminal import progress_printer
from poruka.scenario.scenario import load
from poruka.simulation.number_design import OWN_DRAWS
from poruka.simulation.over_numbers import NOT_PLAYED
from poruka.utils.coverage import Coverage


def groups_command(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Scenarios or files; by default the countries the chapter groups."),
    ] = None,
    worlds: Annotated[
        int,
        typer.Option("-n", "--worlds", min=1, max=5000, help="Number of worlds of each country."),
    ] = 200,
    seed: SeedOption = 1,
    draws: DrawsOption = OWN_DRAWS,
    as_json: JsonOption = False,
) -> None:
    """Simulate countries from their own start values and show which of the three groups they fall
    into, beside the chapter's.
    """
    from poruka.simulation.run_spec import RunSpec
    from poruka.simulation.runner import compile_rules
    from poruka.theory.classification import classify_countries, confusion_matrix
    from poruka.theory.group_score import score_groups

    for name in names or ():
        RunSpec.build(name, worlds=worlds, seed=seed, over_numbers=draws)
    compile_rules(load((names or ["kazakhstan"])[0]), quiet=as_json)
    progress = progress_printer("country", as_json)
    countries = classify_countries(names, worlds, seed, progress, draws)
    confusion = confusion_matrix(countries)
    scores = {"all worlds": score_groups(countries)}
    if "over_numbers" in countries:
        scores["mean over draws"] = score_groups(countries, drawn=True)
    if as_json:
        print(
            json.dumps(
                {
                    "seed": seed,
                    "over_numbers": draws,
                    "countries": json.loads(countries.to_json(orient="records")),
                    "confusion": json.loads(confusion.to_json(orient="index")),
                    "scores": {
                        numbers: json.loads(table.to_json(orient="records"))
                        for numbers, table in scores.items()
                    },
                }
            )
        )
        return
    numbers = ", ".join(dict.fromkeys(countries["numbers"]))
    size = f"{worlds} worlds each, seed {seed}; numbers: {numbers}"
    _print_groups(countries, confusion, size)
    _print_scores(scores)


def _print_groups(countries: Any, confusion: Any, size: str) -> None:
    """Print the groups of the countries, then where the worlds of each expected group end."""
    from rich.console import Console
    from rich.table import Table

    from poruka.theory.classification import COUNTRY_GROUPS
    from poruka.theory.reader_names import reader_names

    console = Console()
    group_columns = [f"group {group}" for group in COUNTRY_GROUPS]
    table = Table(
        title=f"Groups of countries ({size}); * where most worlds are in the chapter's group"
    )
    for column in ("country", "chapter", *group_columns, "war", "changes by vote"):
        table.add_column(column, justify="left" if column == "country" else "right")
    for country in countries.to_dict("records"):
        has_group = country["expected"] == country["expected"]
        star = " *" if country["expected"] == country["modal"] else ""
        count = Coverage(country["worlds"], country["requested"])
        count = count._replace(failed=count.requested - count.available)
        table.add_row(
            country["country"] + ("" if count.is_complete else f" ({count})"),
            f"{country['expected']:.0f}{star}" if has_group else "-",
            *(
                f"{country[f'group_{group}']:.0%}"
                f" ({country[f'low_{group}']:.0%}–{country[f'high_{group}']:.0%})"
                for group in COUNTRY_GROUPS
            ),
            f"{country['wars']:.0%}",
            f"{country['rotations']:.2f}",
        )
    console.print(table)
    _print_over_numbers(console, countries)
    meanings = reader_names()["group"]
    console.print("; ".join(f"{group}: {meaning}" for group, meaning in meanings.items()))
    if not len(confusion):
        return
    table = Table(
        title="Where the worlds of each expected group end (mean share over its countries)"
    )
    for column in ("the chapter's group", *group_columns):
        table.add_column(column, justify="right")
    for group, shares in confusion.iterrows():
        table.add_row(str(group), *(f"{share:.0%}" for share in shares))
    console.print(table)


def _print_over_numbers(console: Any, countries: Any) -> None:
    """Print the groups of the countries over the numbers, or that these were not played."""
    from rich.table import Table

    from poruka.theory.classification import COUNTRY_GROUPS

    if "over_numbers" not in countries:
        console.print(NOT_PLAYED, highlight=False)
        return
    table = Table(title="Over the numbers: mean share over draws (95 % of further draws)")
    for column in ("country", *(f"group {group}" for group in COUNTRY_GROUPS)):
        table.add_column(column, justify="left" if column == "country" else "right")
    for country in countries.to_dict("records"):
        cells = []
        for group in COUNTRY_GROUPS:
            low, high = country[f"drawn_low_{group}"], country[f"drawn_high_{group}"]
            ends = f"{low:.0%}–{high:.0%}" if low == low else "one world a draw"
            cells.append(f"{country[f'drawn_{group}']:.0%} ({ends})")
        table.add_row(country["country"], *cells)
    console.print(table)
    for country in countries.to_dict("records"):
        console.print(f"{country['country']}: {country['over_numbers']}", highlight=False)


def _print_scores(scores: dict[str, Any]) -> None:
    """Print whether the rules tell more of the countries' groups than rules of thumb."""
    from rich.console import Console
    from rich.table import Table

    for numbers, rows in scores.items():
        if not len(rows):
            continue
        table = Table(
            title=f"Quadratic error against rules of thumb, {numbers} ({rows.countries.iloc[0]}"
            f" countries, error {rows.score.iloc[0]:.2f}; gain with 95 % over countries)"
        )
        for column in ("rule of thumb", "its error", "gain", "verdict"):
            table.add_column(column, justify="left" if column == "rule of thumb" else "right")
        for row in rows.itertuples():
            gain = f"{row.gain:.2f} ({row.low:.2f} to {row.high:.2f})"
            error = f"{row.baseline_score:.2f}"
            table.add_row(f"{row.baseline}: {row.meaning}", error, gain, row.verdict)
        Console().print(table)
