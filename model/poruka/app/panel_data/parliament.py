"""Parliament: every seat with the deputy's last vote, and figures on parliament as a whole."""

import math
from typing import Any

from poruka.simulation.regime import Regime

PARLIAMENT_WIDTH, PARLIAMENT_HEIGHT = 440.0, 236.0
"""Size of the drawing, in points."""
_NO_DATE = 10_000
"""Months from which on a term is stored as without an end."""


def build_parliament(regime: Regime) -> dict[str, Any]:
    """Return the seats (deputy, position, vote, chamber, label) and facts on parliament, each with
    a label and a value.
    """
    world = regime.world
    seats = _build_seats(world)
    return {
        "width": PARLIAMENT_WIDTH,
        "height": PARLIAMENT_HEIGHT,
        "seats": seats,
        "facts": [
            {"label": label, "value": value}
            for label, value in (
                *_parliament_facts(regime, seats),
                *_constitution_facts(world.constitution[0]),
            )
        ],
    }


def _build_seats(world: Any) -> list[dict[str, Any]]:
    deputies = world.deputies
    seated = (
        [row for row in range(len(deputies)) if deputies[row].seated]
        if world.parliament[0].sits
        else []
    )
    seats = []
    for upper in (False, True):
        rows = [row for row in seated if bool(deputies[row].upper) == upper]
        # Supporters of the ruler to the right, so that the majority is seen at a glance.
        rows.sort(key=lambda row: (bool(deputies[row].yes), not deputies[row].opposition, row))
        positions = seat_positions(len(rows), inner=upper and len(seated) > len(rows))
        for row, (x, y) in zip(rows, positions, strict=True):
            deputy = deputies[row]
            chamber = ", upper chamber" if upper else ""
            vote = f"voted {'with' if deputy.yes else 'against'} the ruler"
            mandate = ", elected against him" if deputy.opposition else ""
            seats.append(
                {
                    "table": "deputies",
                    "row": row,
                    "x": round(x, 1),
                    "y": round(y, 1),
                    "with_ruler": bool(deputy.yes),
                    "opposition": bool(deputy.opposition),
                    "upper": upper,
                    "label": f"deputy {row}{chamber}, {vote}{mandate}",
                }
            )
    return seats


def _parliament_facts(regime: Regime, seats: list[dict[str, Any]]) -> list[tuple[str, str]]:
    parliament, constitution = regime.world.parliament[0], regime.world.constitution[0]
    if not parliament.sits:
        return [("parliament", "none sits")]
    against = sum(not seat["with_ruler"] for seat in seats)
    term_end = int(constitution.parliament_due)
    return [
        ("parliament", "sits"),
        ("seats filled", f"{len(seats)}"),
        ("voted against the ruler", f"{against} ({against / max(1, len(seats)):.0%})"),
        ("seats of the opposition", f"{parliament.opposition_seats:.0%}"),
        ("conflict with the ruler", f"{parliament.conflict:.2f}"),
        ("not won over by posts or fear", f"{parliament.cohesion:.0%}"),
        ("legitimacy with the public", f"{parliament.legitimacy:.2f}"),
        ("speaker", "hostile to the ruler" if parliament.hostile_speaker else "not hostile"),
        (
            "term ends",
            regime.world_scenario.date_of(term_end) if term_end < _NO_DATE else "no date",
        ),
    ]


def _constitution_facts(constitution: Any) -> list[tuple[str, str]]:
    if constitution.own:
        origin = "the ruler's own"
    elif constitution.compromise:
        origin = "bargained with parliament"
    else:
        origin = "of the new state" if constitution.adopted else "inherited"
    return [
        ("powers against the president", f"{constitution.parliament_powers:.2f}"),
        ("ruler legislates by decree", "yes" if constitution.decree_power else "no"),
        ("constitution", origin),
    ]


def seat_positions(count: int, inner: bool = False) -> list[tuple[float, float]]:
    """Return positions of seats on half circles, from left to right, in points.

    An inner chamber is separate from the outer one.

    Examples
    --------
    >>> len(seat_positions(360)), len(seat_positions(1)), seat_positions(0)
    (360, 1, [])
    """
    if not count:
        return []
    outermost, row_distance = (92.0, 13.0) if inner else (205.0, 15.0)
    innermost = 30.0 if inner else 62.0
    radii = [outermost]
    # As many rows as the seats need; the outer chamber leaves the middle free.
    while math.pi * sum(radii) / 11.5 < count and radii[-1] - row_distance > innermost:
        radii.append(radii[-1] - row_distance)
    radii, rows = radii[::-1], len(radii)
    counts = [int(radius / sum(radii) * count) for radius in radii]
    for k in range(count - sum(counts)):
        counts[-1 - k % rows] += 1
    seats = []
    for radius, seats_in_row in zip(radii, counts, strict=True):
        for k in range(seats_in_row):
            angle = math.pi * (1.0 - (k + 0.5) / seats_in_row)
            x = PARLIAMENT_WIDTH / 2 + radius * math.cos(angle)
            y = PARLIAMENT_HEIGHT - 16.0 - radius * math.sin(angle)
            seats.append((angle, x, y))
    return [(x, y) for _, x, y in sorted(seats, key=lambda seat: (-seat[0], seat[2]))]
