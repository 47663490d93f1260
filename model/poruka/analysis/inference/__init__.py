"""Inference: the intervals and tests that every analysis uses."""

from poruka.analysis.inference.common_luck import (
    FEWEST_WORLDS_OF_A_KIND,
    LeadEstimate,
    estimate_lead,
    mean_over_valid_worlds,
    pooled_mean_interval,
    pooled_share_interval,
)
from poruka.analysis.inference.equivalence import (
    EquivalenceTest,
    equivalence_of_estimate,
    equivalence_test,
)
from poruka.analysis.inference.false_discovery import benjamini_hochberg, benjamini_yekutieli
from poruka.analysis.inference.intervals import cluster_bootstrap, expanded_percentiles
from poruka.analysis.inference.jackknife import (
    StandardErrors,
    crossed_jackknife,
    proportion_interval,
)
from poruka.analysis.inference.permutation import permutation_p_values
from poruka.utils.statistics import (
    Interval,
    prediction_interval,
    t_interval,
    t_quantile,
    wilson_interval,
)

__all__ = [
    "FEWEST_WORLDS_OF_A_KIND",
    "EquivalenceTest",
    "Interval",
    "LeadEstimate",
    "StandardErrors",
    "benjamini_hochberg",
    "benjamini_yekutieli",
    "cluster_bootstrap",
    "crossed_jackknife",
    "equivalence_of_estimate",
    "equivalence_test",
    "estimate_lead",
    "expanded_percentiles",
    "mean_over_valid_worlds",
    "permutation_p_values",
    "pooled_mean_interval",
    "pooled_share_interval",
    "prediction_interval",
    "proportion_interval",
    "t_interval",
    "t_quantile",
    "wilson_interval",
]
