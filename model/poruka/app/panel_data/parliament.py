"""Parliament: every seat with the deputy's last vote, and the numbers of the house as a body."""

import math
from typing import Any

from poruka.simulation.regime import Regime

WIDTH, HEIGHT = 440.0, 236.0


def house(regime: Regime) -> dict[str, Any]:
    """Return the seats (deputy, place, vote, chamber, what it says) and the facts of the house,
    each as words and value.
    """
    world, scenario = regime.world, regime.world_scenario
    body, law = world.parliament[0], world.constitution[0]
    seated = (
        [row for row in range(len(world.deputies)) if world.deputies[row].seated]
        if body.sits
        else []
    )
    seats = []
    for upper in (False, True):
        rows = [row for row in seated if bool(world.deputies[row].upper) == upper]
        # Friends of the ruler to the right, so that the house is read at a glance.
        rows.sort(
            key=lambda row: (bool(world.deputies[row].yes), not world.deputies[row].opposition, row)
        )
        for row, (x, y) in zip(
            rows, arc(len(rows), inner=upper and len(seated) > len(rows)), strict=True
        ):
            one = world.deputies[row]
            said = ("with" if one.yes else "against") + " the ruler"
            seats.append(
                {
                    "table": "deputies",
                    "row": row,
                    "x": round(x, 1),
                    "y": round(y, 1),
                    "yes": bool(one.yes),
                    "opposition": bool(one.opposition),
                    "upper": upper,
                    "says": (
                        f"deputy {row}{', upper chamber' if upper else ''}, voted"
                        f" {said}{', elected against him' if one.opposition else ''}"
                    ),
                }
            )
    against = sum(not one["yes"] for one in seats)
    facts: list[tuple[str, str]] = [("parliament", "sits" if body.sits else "none sits")]
    if body.sits:
        facts += [
            ("seats filled", f"{len(seats)}"),
            ("voted against the ruler", f"{against} ({against / max(1, len(seats)):.0%})"),
            ("seats of the opposition", f"{body.opposition_seats:.0%}"),
            ("clash with the ruler", f"{body.conflict:.2f}"),
            ("not won over by posts or fear", f"{body.cohesion:.0%}"),
            ("standing with the public", f"{body.legitimacy:.2f}"),
            ("chair", "hostile to the ruler" if body.hostile_speaker else "not hostile"),
            (
                "term ends",
                (
                    scenario.date_of(int(law.parliament_due))
                    if law.parliament_due < 10000
                    else "no date"
                ),
            ),
        ]
    facts += [
        ("weight against the president", f"{law.parliament_powers:.2f}"),
        ("ruler legislates by decree", "yes" if law.decree_power else "no"),
        (
            "constitution",
            (
                "the ruler's own"
                if law.own
                else (
                    "bargained with the house"
                    if law.compromise
                    else "of the new state"
                    if law.adopted
                    else "inherited"
                )
            ),
        ),
    ]
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "seats": seats,
        "facts": [{"words": words, "value": value} for words, value in facts],
    }


def arc(count: int, inner: bool = False) -> list[tuple[float, float]]:
    """Return places on the half circles of a house, from left to right; an inner one stands free of
    the outer.

    Examples
    --------
    >>> len(arc(360)), len(arc(1)), arc(0)
    (360, 1, [])
    """
    if not count:
        return []
    top, apart = (92.0, 13.0) if inner else (205.0, 15.0)
    radii = [top]
    # As many rows as the seats need; the outer house leaves the middle free.
    while math.pi * sum(radii) / 11.5 < count and radii[-1] - apart > (30.0 if inner else 62.0):
        radii.append(radii[-1] - apart)
    radii, rows = radii[::-1], len(radii)
    share = [radius / sum(radii) for radius in radii]
    counts = [int(part * count) for part in share]
    for k in range(count - sum(counts)):
        counts[-1 - k % rows] += 1
    spots = []
    for radius, many in zip(radii, counts, strict=True):
        for k in range(many):
            angle = math.pi * (1.0 - (k + 0.5) / many)
            spots.append(
                (
                    angle,
                    WIDTH / 2 + radius * math.cos(angle),
                    HEIGHT - 16.0 - radius * math.sin(angle),
                )
            )
    return [(x, y) for _, x, y in sorted(spots, key=lambda spot: (-spot[0], spot[2]))]
