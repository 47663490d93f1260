"""The table of instruments as text: the step of each cell, and how far its coders agree."""

from collections.abc import Iterable
from typing import Any

from poruka.engine.declarations import Parameter
from poruka.engine.instrument_coding import measure_agreement, read_instrument_coding
from poruka.rules.instrument_numbers import instrument_cells
from poruka.rules.instruments import instruments


def coded_instruments() -> list[str]:
    """Return the ids of the instruments that were coded: all acts, and no manner of acting."""
    return [one.id for one in instruments() if one.verb != "modifier"]


def format_cells(numbers: Iterable[Parameter]) -> list[str]:
    """Return a line or two for each cell: step and height, meaning, where it comes from."""
    cells = instrument_cells()
    return [
        f"{number.key:<34} {cells[number.key]} ({number.value:.3g}): {number.meaning}\n"
        f"{'':<34} {number.standing} ({number.source}); {number.effect}"
        for number in numbers
    ]


def format_agreement() -> list[str]:
    """Return how far the two coders of the table agree, a line a column, and what differs most."""
    coding = read_instrument_coding()
    found = measure_agreement(coding, coded_instruments())
    cells = next(iter(found.values())).cells
    lines = [
        f"Two coders apart, {cells} instruments a column; linearly weighted kappa, in which two"
        " steps apart count twice one; of the cells that are not none for both: the same, one step"
        " apart, more.",
        f"{'column':<20} {'kappa':>6} {'not none':>9} {'same':>5} {'one':>4} {'more':>5}",
    ]
    lines += [
        f"{one.column:<20} {_format_kappa(one.kappa):>6} {one.coded:>9} {one.same:>5}"
        f" {one.one_apart:>4} {one.more_apart:>5}"
        for one in found.values()
    ]
    coded, same, one_apart, more = (
        sum(getattr(one, name) for one in found.values())
        for name in ("coded", "same", "one_apart", "more_apart")
    )
    lines.append(f"{'all':<20} {'':>6} {coded:>9} {same:>5} {one_apart:>4} {more:>5}")
    apart = [cell for cell in coding if cell.distance > 1]
    if apart:
        lines.append("More than one step apart, to be argued:")
        lines += [
            f"  {cell.instrument} {cell.column}: {cell.first} ({cell.first_why}) or {cell.second}"
            f" ({cell.second_why})"
            for cell in apart
        ]
    return lines


def _format_kappa(kappa: float) -> str:
    return "-" if kappa != kappa else f"{kappa:.2f}"


def format_use(table: Any, size: str) -> list[str]:
    """Return a line for each instrument of one country: when available, how often used."""
    lines = [
        f"{'':4} {'open months':>11} {'uses':>6} {'per open year':>13} {'in worlds':>9}  instrument"
        f" ({size})"
    ]
    for instrument in table.itertuples():
        rate = f"{instrument.uses_per_open_year:.2f}" if instrument.open_months > 0 else "–"
        answers = f" [{instrument.answers}]" if instrument.answers else ""
        lines.append(
            f"{instrument.id:<4} {instrument.open_months:>11.1f} {instrument.uses:>6.2f} {rate:>13}"
            f" {instrument.used_worlds:>9.0%}  {instrument.label}{answers}"
        )
    return [*lines, _count_used(table)]


def format_repertoire(table: Any, size: str) -> list[str]:
    """Return a line for each instrument: months available and share of worlds used, by country."""
    names = list(table["scenario"].unique())
    lines = [
        f"Months available, share of worlds that used it, by country; in brackets the threats it"
        f" answers ({size})",
        f"{'':4} {' '.join(f'{name[:11]:>11}' for name in names)}",
    ]
    for id, rows in table.groupby("id", sort=False):
        of_country = rows.set_index("scenario")
        cells = (
            f"{of_country.open_months[name]:>6.1f} {of_country.used_worlds[name]:>4.0%}"
            for name in names
        )
        answers = f" [{rows.answers.iloc[0]}]" if rows.answers.iloc[0] else ""
        lines.append(f"{id:<4} {' '.join(cells)}  {rows.label.iloc[0]}{answers}")
    return [*lines, _count_used(table)]


def _count_used(table: Any) -> str:
    """Return how many instruments were used at all, and how many were never available."""
    of_any = table.groupby("id")[["uses", "open_months"]].max()
    return (
        f"{(of_any['uses'] > 0).sum()} of {len(of_any)} instruments were used;"
        f" {(of_any['open_months'] == 0).sum()} were never available."
    )
