"""The result of history matching in words: what is left, or what cannot be met."""

from collections.abc import Mapping, Sequence

import numpy as np

from poruka.analysis.calibration.history_targets import HistoryTarget
from poruka.analysis.calibration.implausibility import HistoryWave
from poruka.analysis.calibration.plausible_region import PlausibleRegion
from poruka.analysis.specification import Calibration

ENOUGH = 0.95
"""Waves end once one keeps this share of the region before it."""


def find_unmet_targets(
    aims: Sequence[HistoryTarget], waves: Sequence[HistoryWave], inputs: np.ndarray, cutoff: float
) -> list[str]:
    """Return the targets that stand in the way where no point is left.

    They are those beyond the cut-off everywhere; if each is met somewhere but not together, those
    beyond it at the point that comes nearest, the last one given.
    """
    each = np.max([wave.implausibilities(inputs) for wave in waves], axis=0)
    never = [aim.label for aim, row in zip(aims, each.T, strict=True) if row.min() > cutoff]
    at_best = [aim.label for aim, one in zip(aims, each[-1], strict=True) if one > cutoff]
    return never or at_best


def describe_history_match(
    region: PlausibleRegion,
    unmet: Sequence[str],
    rows: Sequence[Mapping[str, float]],
    specification: Calibration,
) -> str:
    """Return what history matching has come to, in words."""
    judged = {0: "maximum", 1: "second maximum"}.get(
        specification.misses, f"maximum but {specification.misses}"
    )
    if region.is_empty:
        return (
            f"After wave {len(rows)} no value of the numbers is left: the model cannot meet these"
            f" targets: {', '.join(unmet)}. The smallest {judged} implausibility found is"
            f" {region.smallest:.3g}, the cut-off {specification.cutoff:g}. A discrepancy of the"
            " model, with its source, would widen what is allowed."
        )
    ended = (
        "the last wave ruled out hardly anything more"
        if rows[-1]["kept"] >= ENOUGH
        else "all waves asked for were played"
    )
    share = f"{region.share:.2%}" if region.share >= 1e-3 else f"a share of {region.share:.2g}"
    return (
        f"After wave {len(rows)} {share} of the prior is not implausible ({judged} implausibility"
        f" at most {specification.cutoff:g}); {ended}."
    )
