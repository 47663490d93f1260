"""What a comparison shows of itself in a notebook."""

from typing import Any

from poruka.comparison.narrative import describe_changes
from poruka.utils.html_display import display_html

_SHOWN = 6


def comparison_html(comparison: Any) -> str:
    """Return the display of a comparison: what was changed, and how many pairs end differently."""
    parent, branch = comparison.scenarios
    divergence = comparison.divergence
    differ = int((divergence["parent"] != divergence["branch"]).sum())
    apart = int((divergence["month"] >= 0).sum())
    return display_html(
        f"{parent.title}, compared",
        [
            ("pairs", f"{comparison.coverage}, seed {comparison.seed}"),
            *(("changed", line) for line in describe_changes(branch, parent)[:_SHOWN]),
            ("come apart", f"{apart} of {len(divergence)}"),
            ("end differently", f"{differ} of {len(divergence)}"),
        ],
    )
