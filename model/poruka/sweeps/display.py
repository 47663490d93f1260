"""What a sweep shows of itself: its points, with the share of worlds in which he stays."""

from typing import Any

from poruka.utils.html_display import display_html

_SHOWN = 12


def sweep_text(sweep: Any) -> str:
    """Return a sweep in a few lines of text."""
    lines = [f"Sweep of {sweep.scenario.title} over {', '.join(sweep.keys)}: {sweep.coverage}"]
    shown = sweep.summary()
    for row in shown.head(_SHOWN).to_dict("records"):
        at = ", ".join(f"{key} = {row[key]}" for key in sweep.keys)
        if not row["worlds"]:
            lines.append(f"  {at}: no world was completed")
            continue
        lines.append(
            f"  {at}: the incumbent stays in {row['mean']:.0%} of worlds"
            f" ({row['low']:.0%} to {row['high']:.0%})"
        )
    if len(shown) > _SHOWN:
        more = len(shown) - _SHOWN
        lines.append(f"  … {more} further points; see `summary()` and `table`")
    return "\n".join(lines)


def sweep_html(sweep: Any) -> str:
    """Return the display of a sweep in a notebook."""
    shown = sweep.summary()[[*sweep.keys, "mean", "low", "high", "worlds"]]
    rows = [("over", ", ".join(sweep.keys)), ("points", str(sweep.coverage))]
    note = "<div>Share of worlds in which the incumbent stays, with its 95 % interval:</div>"
    head = display_html(f"Sweep of {sweep.scenario.title}", rows)
    return head + note + shown.round(3).head(20).to_html(index=False)
