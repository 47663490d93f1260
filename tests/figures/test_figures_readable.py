"""Pictures that mislead nobody: what can be seen, what is covered, and what is called what.

1. Lines that carry data stand out from white by 3 : 1 or more in every figure (WCAG 1.4.11); rules
   and grid lines lie behind everything.
2. Text can be read on what lies behind it, by 4.5 : 1 or more (WCAG 1.4.3).
3. A legend covers no title, no label and nothing that is drawn.
4. A panel that has nothing to show says why.
5. What a world shows or does not show is drawn as a share of worlds with its interval, not as
   quantiles of noughts and ones.
6. The first and the last change of ruler are called by different words on one page.
7. Months on the axes of sweeps and of experiments have the same ticks.
"""

import itertools

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from figure_gallery import Changing, gallery, naming, predictive_rows
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.text import Text
from stand_in import StandIn

import poruka as pk
from poruka import figures
from poruka.analysis.calibration import posterior_predictive
from poruka.analysis.calibration.targets import CalibrationTargets
from poruka.engine.codes import OUTCOMES
from poruka.figures.base.axis_naming import use_month_ticks
from poruka.figures.base.contrast import (
    LEAST_LINE_CONTRAST,
    LEAST_TEXT_CONTRAST,
    contrast,
    line_colour,
    text_colour,
)
from poruka.figures.base.drawing import get_figure
from poruka.figures.base.style import (
    BLUE,
    CLAN_COLOURS,
    GREY,
    NEAR_BLACK,
    OUTCOME_STYLES,
    PAIR_STYLES,
    QUIET_GREY,
    VERMILION,
    sequential_colormap,
)
from poruka.figures.ensembles.alluvial import STATE_LABELS
from poruka.figures.sweeps.sweep_figures import SweepNaming
from poruka.utils.labels import format_label
from poruka.utils.statistics import wilson_interval

matplotlib.use("Agg")
NAMES = list(gallery())
NOT_IN_THE_GALLERY = {
    "AblationMatrix": "plays every mechanism",
    "BlocTimeline": "needs a world as a film; see test_figures_blocs",
    "ImplausibilityFigure": "needs a matched history",
    "ScreeningFigure": "needs a screening",
    "SectionAspectsFigure": "needs a screening",
    "StrongestNumbersFigure": "needs a screening",
    "StartValueSwaps": "plays every start value",
    "TieGraph": "needs a world as a film; see test_figures_blocs",
}


@pytest.fixture(scope="module", params=NAMES)
def drawn(request):
    """Return each figure as it is drawn, with its layout done."""
    figure = get_figure(gallery()[request.param]().draw())
    figure.canvas.draw()
    yield figure
    plt.close(figure)


def test_the_gallery_holds_every_figure():
    """What is looked at below is every class but those named with a reason."""
    public = {
        name
        for name in figures.__all__
        if isinstance(getattr(figures, name), type)
        and issubclass(getattr(figures, name), figures.Drawing)
    }
    apart = sorted((public - {"Drawing"}) ^ (set(NAMES) | set(NOT_IN_THE_GALLERY)))
    assert not apart, (
        f"{apart}: a figure stands in figures/__init__.py and in figure_gallery.py, or above with"
        " the reason why it does not"
    )


def seen_on_white(colour, alpha=None) -> tuple[float, ...]:
    """Return a colour as it looks on white, its opacity taken into account."""
    *parts, opacity = to_rgba(colour, alpha)
    return tuple(opacity * part + 1.0 - opacity for part in parts)


def is_rule(artist) -> bool:
    """Return whether a line lies behind everything, as a rule or a grid line does."""
    return artist.get_zorder() <= 0


def lines_of(ax):
    """Yield the lines of axes that carry data, each with its colour as it looks on white."""
    for line in ax.lines:
        has_line = line.get_linestyle() not in ("None", "", " ") and line.get_linewidth() > 0
        if has_line and not is_rule(line) and len(line.get_xdata()) > 1:
            yield line, seen_on_white(line.get_color(), line.get_alpha())
    for collection in ax.collections:
        if isinstance(collection, LineCollection) and not is_rule(collection):
            for colour in collection.get_colors():
                yield collection, seen_on_white(colour)


def is_halo(line, colour) -> bool:
    """Return whether a line is a broad white one, which sets off a darker one that lies on it."""
    return colour == (1.0, 1.0, 1.0) and np.min(line.get_linewidth()) > 2.0


def test_lines_stand_out(drawn):
    """Proposition 1."""
    for ax in drawn.axes:
        for line, colour in lines_of(ax):
            assert contrast(colour) >= LEAST_LINE_CONTRAST or is_halo(line, colour), (
                f"{ax.get_title()}: a line of {colour} has {contrast(colour):.2f} : 1"
            )


def test_the_palette_of_lines_stands_out_and_stays_apart():
    """Proposition 1: outcomes and clans keep colours of their own when they are lines."""
    for colour in (GREY, QUIET_GREY, NEAR_BLACK, BLUE, VERMILION, *PAIR_STYLES.values()):
        first = colour[0] if isinstance(colour, tuple) else colour
        assert line_colour(first).lower() == first.lower()
    for palette in (CLAN_COLOURS, [style.colour for style in OUTCOME_STYLES.values()]):
        lines = [line_colour(colour) for colour in palette]
        assert len(set(lines)) == len(lines) and min(map(contrast, lines)) >= LEAST_LINE_CONTRAST


def text_ground(text: Text, figure):
    """Return the colour behind a text: of its box, of a patch that holds it, or white."""
    box = text.get_bbox_patch()
    if box is not None and box.get_alpha() != 0 and box.get_facecolor()[3] > 0:
        return seen_on_white(box.get_facecolor(), box.get_alpha())
    middle = text.get_window_extent().get_points().mean(axis=0)
    for ax in figure.axes:
        for patch in reversed(ax.patches):
            if patch.get_visible() and patch.contains_point(middle):
                return seen_on_white(patch.get_facecolor())
        for image in ax.images:
            column, row = np.round(ax.transData.inverted().transform(middle)).astype(int)
            values = image.get_array()
            if 0 <= row < values.shape[0] and 0 <= column < values.shape[1]:
                value = values[row, column]
                if not np.ma.is_masked(value):
                    return seen_on_white(image.cmap(image.norm(value)))
    return (1.0, 1.0, 1.0)


def test_text_can_be_read(drawn):
    """Proposition 2; numbers in the markers of clans are checked with the palette."""
    for text in drawn.findobj(Text):
        words = text.get_text().strip()
        if not words or not text.get_visible() or (words.isdigit() and text.get_fontsize() < 7):
            continue
        found = contrast(text.get_color(), text_ground(text, drawn))
        assert found >= LEAST_TEXT_CONTRAST, f"{words!r} has {found:.2f} : 1"


def test_text_can_be_read_on_every_fill():
    """Proposition 2."""
    shades = [sequential_colormap()(share) for share in np.linspace(0, 1, 101)]
    for fill in (*CLAN_COLOURS, *shades):
        assert contrast(text_colour(fill), fill) >= LEAST_TEXT_CONTRAST


def legends_of(figure):
    """Return all legends of a figure."""
    return [*figure.legends, *(ax.get_legend() for ax in figure.axes if ax.get_legend())]


def words_of(figure):
    """Return the titles, labels and ticks that a reader sees, as boxes by text."""
    texts = [figure._suptitle, figure._supxlabel]
    for ax in figure.axes:
        if not ax.get_visible():
            continue
        texts += [ax.title, ax._left_title]
        if ax.axison:
            texts += [ax.xaxis.label, ax.yaxis.label]
            for axis in (ax.xaxis, ax.yaxis):
                low, high = sorted(axis.get_view_interval())
                texts += [
                    tick.label1
                    for tick in axis.get_major_ticks()
                    if tick.label1.get_text() and low <= tick.get_loc() <= high
                ]
    shown = (text for text in texts if text and text.get_text().strip() and text.get_visible())
    return [(text.get_text(), text.get_window_extent()) for text in shown]


def points_of(ax):
    """Yield the places of what is drawn in axes, in pixels; lines are followed between points."""
    for line in ax.lines:
        if is_rule(line) or not line.get_visible():
            continue
        places = line.get_transform().transform(line.get_xydata().astype(float))
        for one, other in itertools.pairwise(places):
            if line.get_linestyle() not in ("None", "", " "):
                yield from np.linspace(one, other, 30)
        yield from places
    for collection in ax.collections:
        offsets = np.ma.filled(collection.get_offsets().astype(float), np.nan)
        if len(offsets) and offsets.any():
            yield from collection.get_offset_transform().transform(offsets)


def test_legends_cover_nothing(drawn):
    """Proposition 3."""
    for legend in legends_of(drawn):
        box = legend.get_window_extent().padded(-1.0)
        for words, extent in words_of(drawn):
            assert not box.overlaps(extent), f"the legend lies on {words!r}"
        for ax in drawn.axes:
            frame = ax.get_window_extent()
            inside = [
                place
                for place in points_of(ax)
                if box.contains(*place) and frame.contains(*place) and np.isfinite(place).all()
            ]
            assert not inside, f"the legend lies on data of {ax.get_title() or ax}"
            for patch in ax.patches:
                hidden = box.overlaps(patch.get_window_extent())
                assert not hidden, f"the legend lies on a bar of {ax.get_title() or ax}"


def is_empty(ax) -> bool:
    """Return whether axes hold neither data nor words; rules and reference lines are no data."""
    has_line = any(
        len(line.get_xdata()) and np.isfinite(line.get_xydata().astype(float)).all(axis=1).any()
        for line in ax.lines
        if line.get_transform() == ax.transData
    )
    has_patch = any(patch.get_window_extent().width > 0 for patch in ax.patches)
    has_area = any(
        np.isfinite(path.vertices).any()
        for collection in ax.collections
        for path in collection.get_paths()
        if len(path.vertices)
    )
    words = any(text.get_text().strip() for text in ax.texts)
    return not (has_line or has_patch or has_area or words or ax.images or ax.get_legend())


def test_no_panel_is_empty_without_a_word(drawn):
    """Proposition 4, where there is something to show."""
    for ax in drawn.axes:
        assert not (ax.get_visible() and ax.axison and is_empty(ax)), ax.get_title()


def panel_words(axes) -> list[str]:
    """Return what is written into each panel."""
    return [" ".join(text.get_text() for text in ax.texts) for ax in np.atleast_1d(axes).flat]


def test_a_panel_with_nothing_says_why():
    """Proposition 4, where there is nothing to show."""
    calm = figures.MilestoneTiming(StandIn(worlds=7, calm=True, history=False))
    assert all("in none of 7 worlds" in words for words in panel_words(calm.draw()))
    x = pd.DataFrame({"x": [0.0, 1.0], "line": ""})
    means = {"mean_control": 0.5, "first_defection": np.nan}
    table = pd.concat(
        x.assign(quantity=name, mean=mean, low=mean, high=mean) for name, mean in means.items()
    )
    curve = figures.CurveFigure(table, "x", "", naming(), 4, 1)
    assert panel_words(curve.draw()) == ["", "no world has a value"]
    effects = table.assign(value=table["x"], against=0.0, by="", effect=table["mean"])
    found = figures.EffectsFigure(effects, "x", "", naming(), 4, 1)
    assert panel_words(found.draw()) == ["", "no pair of worlds has a value"]
    plt.close("all")


def test_what_happens_or_not_is_a_share(monkeypatch):
    """Proposition 5: 3 of 20 worlds of the prior and 12 of the posterior have an heir follow. The
    quantiles of these noughts and ones would be 0 to 1 and hide the difference.
    """
    monkeypatch.setattr(posterior_predictive, "QuantityReader", lambda ensemble: ensemble)
    prior, posterior = np.repeat([1.0, 0.0], [3, 17]), np.repeat([1.0, 0.0], [12, 8])
    targets = CalibrationTargets((), (), (("share_heir", 1.0, None), ("apogee", 0.7, None)), 178)
    level = np.linspace(0.2, 0.9, 20)
    table = posterior_predictive.posterior_predictive_table(
        {"share_heir": prior, "apogee": level}, {"share_heir": posterior, "apogee": level}, targets
    )
    heir, apogee = (row for _, row in table.iterrows())
    assert (heir["kind"], apogee["kind"]) == ("share", "band")
    for side, count in (("before", 3), ("after", 12)):
        low, high = wilson_interval(count, 20)
        got = heir[[f"{side}_5", f"{side}_50", f"{side}_95"]].astype(float)
        assert got.tolist() == pytest.approx([low, count / 20, high])
        assert heir[f"inside_{side}"] is None and apogee[f"inside_{side}"] in (True, False)
    drawing = figures.PosteriorPredictiveFigure(table, 20, 1)
    bars = [line.get_xdata() for line in drawing.draw().lines if len(line.get_xdata()) == 2]
    assert bars[0] == pytest.approx(wilson_interval(3, 20))
    assert bars[1] == pytest.approx(wilson_interval(12, 20))
    assert "share of worlds, with its 95 % interval" in drawing.caption
    assert "in 15% of worlds of the prior and 60% of the posterior" in drawing.alt
    assert "1 of 1 targets" in drawing.alt
    only_bands = predictive_rows().query("kind == 'band'")
    assert "share" not in figures.PosteriorPredictiveFigure(only_bands, 20, 1).caption
    plt.close("all")


def written_in(drawing) -> str:
    """Return title, caption, alternative text and all words of a figure."""
    figure = get_figure(drawing.draw())
    texts = [text.get_text() for text in figure.findobj(Text)]
    plt.close(figure)
    return " ".join([drawing.title, drawing.caption, drawing.alt, *texts]).replace("\n", " ")


def test_first_and_last_change_of_ruler_have_names_of_their_own():
    """Proposition 6: worlds that change twice are a palace coup by the last change alone."""
    worlds = Changing(worlds=60)
    first = figures.OutcomeShares(worlds).table.set_index("outcome")["share"]
    alluvial = figures.Alluvial(worlds)
    last = alluvial.shares.iloc[-1]
    assert last["palace_coup"] > first["palace_coup"], "two numbers, which need two names"
    labels = [format_label(name) for name in OUTCOMES]
    assert not set(STATE_LABELS.values()) & set(labels) and len(set(STATE_LABELS.values())) == 7
    words = written_in(alluvial)
    assert f"came by a palace coup: {last['palace_coup']:.1%}" in words
    assert "the last change of ruler" in words
    for drawing in (
        figures.OutcomeShares(worlds),
        figures.OutcomeConvergence(worlds),
        figures.MilestoneTiming(worlds),
    ):
        assert "first change of ruler" in written_in(drawing)


@pytest.mark.parametrize("months", [6, 30, 31, 90, 178])
def test_months_have_the_same_ticks_everywhere(months):
    """Proposition 7: each January over a long time, each month over a short one."""
    country = pk.load("kazakhstan", numbers="declared")
    labels = []
    sweep_naming = SweepNaming(country, ["shocks.putsch.date"])
    for format_axis in (
        lambda axis: use_month_ticks(axis, country),
        lambda axis: sweep_naming.format_quantity_axis(axis, "first_dissolution"),
        lambda axis: sweep_naming.format_factor_axis(axis, "shocks.putsch.date"),
        lambda axis: naming().format_quantity_axis(axis, "first_defection"),
    ):
        figure, ax = plt.subplots()
        ax.set_xlim(0, months)
        format_axis(ax.xaxis)
        figure.canvas.draw()
        labels.append([label.get_text() for label in ax.get_xticklabels()])
        plt.close(figure)
    assert all(one == labels[0] for one in labels) and len(labels[0]) >= 2
    if months > 30:
        assert all(label.endswith("-01") for label in labels[0]), labels[0]
    assert naming().scenario.start_date == country.start_date
