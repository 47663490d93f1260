"""One style for every figure: each outcome and stance has a colour and a second visual cue."""

from typing import Any, NamedTuple

from poruka.engine.codes import OUTCOMES
from poruka.utils.coverage import Coverage, DesignCoverage, format_coverage

BLUE, SKY, GREEN, YELLOW = "#0072B2", "#56B4E9", "#009E73", "#F0E442"
VERMILION, PURPLE, ORANGE, BLACK = "#D55E00", "#CC79A7", "#E69F00", "#000000"
NEAR_BLACK, GREY, LIGHT_GREY = "#1a1a1a", "#595959", "#d9d9d9"
LIGHT_BLUE, MIDDLE_BLUE = "#CFE2EF", "#86B8D9"
QUIET_GREY = "#8a8a8a"
"""Of lines that stand back behind others but carry data; LIGHT_GREY is for rules and areas."""


class OutcomeStyle(NamedTuple):
    """How an outcome is drawn in every figure."""

    colour: str
    hatch: str
    marker: str
    line: str


OUTCOME_STYLES = dict(
    zip(
        OUTCOMES,
        (
            OutcomeStyle(BLUE, "", "o", "-"),
            OutcomeStyle(SKY, "////", "s", "--"),
            OutcomeStyle(GREEN, "....", "^", "-."),
            OutcomeStyle(YELLOW, "xxxx", "D", ":"),
            OutcomeStyle(VERMILION, "\\\\\\\\", "v", "--"),
            OutcomeStyle(PURPLE, "++++", "P", "-."),
            OutcomeStyle("#3d3d3d", "||||", "X", ":"),
        ),
        strict=True,
    )
)
"""Style of each outcome; the same in every figure."""

CLAN_COLOURS = (
    BLUE,
    ORANGE,
    GREEN,
    PURPLE,
    SKY,
    VERMILION,
    YELLOW,
    "#8C6D46",
    "#6A51A3",
    "#9E9E9E",
)


class StanceStyle(NamedTuple):
    """How a stance to the ruler is drawn: legend label, marker, and line to the patron."""

    label: str
    marker: str
    line: Any


STANCE_STYLES = {
    "client": StanceStyle("clients of the ruler", "o", "-"),
    "grumbler": StanceStyle("grumblers and silent", "h", (0, (6, 2))),
    "critic": StanceStyle("critics", "s", (0, (3, 2))),
    "opponent": StanceStyle("opponents", "^", (0, (1, 1.6))),
    "gone": StanceStyle("in prison or exile", "X", ""),
}
PAIR_STYLES = {"parent": (GREY, (0, (4, 1.6))), "branch": (BLUE, "-")}
"""Colour and line of the two worlds of a pair in every figure."""
STANCE_GROUPS = {
    "client": "client",
    "coopted": "client",
    "grumbler": "grumbler",
    "silent": "grumbler",
    "critic": "critic",
    "opponent": "opponent",
    "exile": "gone",
    "prisoner": "gone",
}

RC_PARAMS: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.labelsize": 9,
    "figure.titlesize": 11,
    "figure.titleweight": "bold",
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": NEAR_BLACK,
    "text.color": NEAR_BLACK,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "axes.grid": False,
    "grid.color": LIGHT_GREY,
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "hatch.linewidth": 0.6,
    "lines.linewidth": 1.4,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "svg.hashsalt": "poruka",
    "svg.fonttype": "path",
    "savefig.facecolor": "white",
}


def figure_style():
    """Return the matplotlib context in which every figure is drawn and saved."""
    from matplotlib import pyplot, rc_context

    # A notebook's backend switches interactive mode on with its first figure; the context would
    # undo that if the figure were made inside it.
    pyplot.draw_if_interactive()
    return rc_context(RC_PARAMS)


def clan_colour(clan: int) -> str:
    """Return the colour of a clan; they repeat beyond ten, so clans are numbered too."""
    return CLAN_COLOURS[clan % len(CLAN_COLOURS)]


def sequential_colormap() -> Any:
    """Return the sequential colour map for shares and amounts; its light end differs from white."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list(
        "magnitude", ["#DCE9F3", "#6AAED6", "#2070B4", "#08306B"]
    )


def edge_colour(outcome: str) -> str:
    """Return a colour of edge and hatch that is visible on the colour of an outcome."""
    return "white" if outcome == "civil_conflict" else NEAR_BLACK


def format_caption(
    text: str,
    worlds: int | Coverage | DesignCoverage,
    seed: int,
    unit: str = "",
    counted: str = "",
    points: int = 0,
) -> str:
    """Return a caption that ends with unit, number of worlds, pairs or points, and seed.

    Parameters
    ----------
    text
        What the figure shows.
    worlds, seed
        Number of worlds, or how many of those requested are there (of each point where there are
        points), and their seed.
    unit
        Unit of what is drawn, where there is one.
    counted
        What is counted instead of worlds, such as ``pair`` for pairs of worlds.
    points
        Number of points of a design; 0 for a single ensemble, or where ``worlds`` has it.

    Examples
    --------
    >>> format_caption("Outcomes.", 1000, 1, "share of worlds")
    'Outcomes. Unit: share of worlds. n = 1,000 worlds, seed 1.'
    >>> format_caption("Outcomes.", Coverage(7, 12, failed=5), 1)
    'Outcomes. n = 7 of 12 worlds (5 failed), seed 1.'
    >>> format_caption("A fork.", 1, 1, counted="pair")
    'A fork. n = 1 pair of worlds, seed 1.'
    >>> format_caption("A sweep.", 10, 1, points=64)
    'A sweep. n = 64 points of 10 worlds each, seed 1.'
    """
    if isinstance(worlds, DesignCoverage):
        count = str(worlds)
    elif points and isinstance(worlds, int):
        count = str(DesignCoverage(points, worlds))
    else:
        coverage = Coverage(worlds, worlds) if isinstance(worlds, int) else worlds
        nouns = (f"{counted} of worlds", f"{counted}s of worlds") if counted else ()
        count = format_coverage(*coverage, *nouns)
    parts = (text, f"Unit: {unit}." if unit else "", f"n = {count}, seed {seed}.")
    return " ".join(part for part in parts if part)
