"""The indices that a world reports every month."""

INDEX_DESCRIPTIONS = {
    "control": (
        "observed compliance with the ruler: mean of the shares of bills passed, orders carried out"
        " by regions, reach of media on his line, verdicts as wished and rivals kept out, each over"
        " about the last year (0-1)"
    ),
    "monolith": (
        "elite cohesion: 1 less weighted open dissent in the elite, clan positioning and quarrels"
        " (0-1)"
    ),
    "pluralism": (
        "effective number of independent power centres: inverse of the sum of squared shares over"
        " the ruler's camp, rooted clans, parliament, kin, rich opposition and movements (1 or"
        " more)"
    ),
    "readiness": (
        "society's readiness: mean over citizens of democratic habit x (1 - demand for order) (0-1)"
    ),
    "approval": "approval of the ruler's record and person (0-1)",
    "belief_in_alternative": (
        "highest mean belief over constituencies that one given rival could rule (0-1)"
    ),
    "order_demand": "mean demand for order over citizens (0-1)",
    "strongest_threat": "largest acceptability x means x opening among the rivals (0-1)",
    "parliament_autonomy": (
        "share of deputies who vote against the ruler; 0 when no parliament sits (0-1)"
    ),
    "media_control": "share of the reach of all outlets that keeps to the ruler's line (0-1)",
    "repression": (
        "recent acts of repression, weighted by their bluntness, fading over a year (0-1)"
    ),
    "defected_share": "share of the elite in open opposition, exile or prison (0-1)",
    "gdp": "output, 1 at the start",
    "inequality": "Gini-like index of inequality (0-1)",
}
"""Each monthly index with its definition; the order is that of the columns."""
