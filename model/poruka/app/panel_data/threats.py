"""What threatens the ruler: the spheres as he sees them beside what is true, and everyone who could
take his seat.
"""

from typing import Any

from poruka.app.panel_data.labels import SPHERE_WORDS, plain
from poruka.engine.codes import CONTENDERS, SPHERES
from poruka.simulation.regime import Regime

_FATES = ("jailed", "exiled", "coopted", "barred")
_SAID = {
    "jailed": "in prison",
    "exiled": "abroad",
    "coopted": "bought or posted away",
    "barred": "kept off the ballot",
}


def spheres(regime: Regime) -> list[dict[str, Any]]:
    """Return what can threaten him, the most feared first: name, words, meaning, the threat he
    believes in and the true one.
    """
    rows = [
        {
            "name": name,
            "words": SPHERE_WORDS[name][0],
            "meaning": SPHERE_WORDS[name][1],
            "believed": float(row.believed_threat),
            "true": float(row.threat),
        }
        for name, row in zip(SPHERES, regime.world.spheres, strict=True)
    ]
    return sorted(rows, key=lambda one: -one["believed"])


def contenders(regime: Regime) -> list[dict[str, Any]]:
    """Return everyone who could rule instead, the strongest threat first, with what makes him one
    and what has been done about him.
    """
    president = regime.world.president[0]
    rows = []
    for place, word in enumerate(CONTENDERS):
        one = regime.world.contenders[place]
        if place == 0 or not one.active:
            continue
        fate = [_SAID[name] for name in _FATES if one[name]]
        if president.target == place:
            fate.insert(0, "in his eye")
        if president.heir == place:
            fate.insert(0, "his heir")
        if one.open:
            fate.append("declared")
        rows.append(
            {
                "table": "contenders",
                "row": place,
                "words": plain(word),
                "threat": float(one.threat),
                "acceptability": float(one.acceptability),
                "belief": float(one.belief),
                "support": float(one.support),
                "organisation": float(one.organisation),
                "status": ", ".join(fate),
            }
        )
    return sorted(rows, key=lambda one: (-one["threat"], one["row"]))
