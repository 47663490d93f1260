"""What a comparison shows of itself in a notebook."""

from typing import Any

from poruka.scenario.display import changed_parts
from poruka.utils.html_display import display_html


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
            *((f"branch: {name}", what) for name, what in changed_parts(branch)),
            ("come apart", f"{apart} of {len(divergence)}"),
            ("end differently", f"{differ} of {len(divergence)}"),
        ],
    )
