"""What threatens the ruler: the spheres of threat, perceived and true, and the contenders."""

from typing import Any

from poruka.app.panel_data.labels import SPHERE_MEANINGS, contender_name
from poruka.engine.codes import SPHERES
from poruka.simulation.regime import Regime
from poruka.utils.labels import format_label

_RESTRICTION_LABELS = {
    "jailed": "in prison",
    "exiled": "abroad",
    "coopted": "bought or posted away",
    "barred": "kept off the ballot",
}


def build_spheres(regime: Regime) -> list[dict[str, Any]]:
    """Return the spheres of threat, the most feared first: name, label, meaning, the threat the
    ruler perceives and the true one.
    """
    spheres = [
        {
            "name": name,
            "label": format_label(name, "sphere"),
            "meaning": SPHERE_MEANINGS[name],
            "perceived": float(state.believed_threat),
            "true": float(state.threat),
        }
        for name, state in zip(SPHERES, regime.world.spheres, strict=True)
    ]
    return sorted(spheres, key=lambda sphere: -sphere["perceived"])


def contender_status(regime: Regime, row: int) -> list[str]:
    """Return how a contender stands: heir or target of the ruler, restrictions, declared."""
    president, contender = regime.world.president[0], regime.world.contenders[row]
    status = [label for field, label in _RESTRICTION_LABELS.items() if contender[field]]
    if president.target == row:
        status.insert(0, "the ruler's current target")
    if president.heir == row:
        status.insert(0, "his heir")
    return status + (["declared"] if contender.open else [])


def build_contenders(regime: Regime) -> list[dict[str, Any]]:
    """Return everyone who could rule instead, the strongest threat first, with his status."""
    contenders = []
    for row, contender in enumerate(regime.world.contenders):
        if row == 0 or not contender.active:
            continue
        contenders.append(
            {
                "table": "contenders",
                "row": row,
                "label": contender_name(regime.world, row),
                "threat": float(contender.threat),
                "acceptability": float(contender.acceptability),
                "belief": float(contender.belief),
                "support": float(contender.support),
                "organisation": float(contender.organisation),
                "status": ", ".join(contender_status(regime, row)),
            }
        )
    return sorted(contenders, key=lambda contender: (-contender["threat"], contender["row"]))
