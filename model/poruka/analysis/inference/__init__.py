"""Inference: the intervals and tests that every analysis uses."""

from poruka.analysis.inference.equivalence import (
    EquivalenceTest,
    equivalence_of_estimate,
    equivalence_test,
)
from poruka.analysis.inference.false_discovery import benjamini_hochberg, benjamini_yekutieli
from poruka.analysis.inference.intervals import cluster_bootstrap
from poruka.analysis.inference.permutation import permutation_p_values
from poruka.utils.statistics import (
    Interval,
    prediction_interval,
    t_interval,
    t_quantile,
    wilson_interval,
)

__all__ = [
    "EquivalenceTest",
    "Interval",
    "benjamini_hochberg",
    "benjamini_yekutieli",
    "cluster_bootstrap",
    "equivalence_of_estimate",
    "equivalence_test",
    "permutation_p_values",
    "prediction_interval",
    "t_interval",
    "t_quantile",
    "wilson_interval",
]
