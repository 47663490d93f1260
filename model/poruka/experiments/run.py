"""Runs an experiment: its design is played, each analysis asked for is made, and everything comes
back as tables.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis import replication
from poruka.analysis.cache import Cells, stretch
from poruka.analysis.calibration.abc_smc import Sample, first_points
from poruka.analysis.calibration.calibrate import Fit, calibrate, own_worlds, point_fit, priors_of
from poruka.analysis.calibration.posterior_file import of_sample, write_posterior
from poruka.analysis.designs import points_of
from poruka.analysis.discovery import scenario_discovery
from poruka.analysis.evaluate import Country, Played, evaluate
from poruka.analysis.quantities import frame_of
from poruka.analysis.replication import Replicated
from poruka.analysis.sensitivity import main_effects, morris, sobol
from poruka.analysis.sensitivity.variance_components import split
from poruka.analysis.specification import (
    Boxes,
    Branches,
    Calibration,
    Convergence,
    Curve,
    Effects,
    Experiment,
    Modes,
    Outcome,
    Sensitivity,
    Split,
    Tornado,
)
from poruka.experiments.catalogue import Found
from poruka.experiments.result_folder import alone
from poruka.scenario.parameter_draws import Posterior
from poruka.simulation.ensemble import simulate_in_memory
from poruka.simulation.failures import FAILURE
from poruka.simulation.run_spec import RunSpec
from poruka.simulation.runner import compile_aloud
from poruka.utils.atomic_files import results_folder
from poruka.utils.errors import BadInput

Say = Callable[[str, int, int], None]
"""Told what is being done, and how many of how many worlds are played."""


class Made(NamedTuple):
    """One analysis with its table, and whatever else its figure needs."""

    kind: str
    asked: Any
    table: pd.DataFrame
    more: Any = None


class Calibrated(NamedTuple):
    """What calibration found, and worlds drawn from the prior and from the posterior."""

    sample: Sample
    posterior: Posterior
    before: Any
    after: Any
    fit: Fit | None


@dataclass
class Answer:
    """An experiment's answer.

    Attributes
    ----------
    found : Found
        The experiment.
    seed, worlds : int
        Of every point of the design (``worlds`` as they became, where a precision was asked for).
    played : Played or None
        What the design gave.
    made : list of Made
        The analyses, in the order of the file.
    calibrated : Calibrated or None
    failures : pandas.DataFrame
        Worlds that failed, of design, sensitivity and calibration alike: world, seed, error,
        traceback, parameters.
    """

    found: Found
    seed: int
    worlds: int
    played: Played | None = None
    replicated: Replicated | None = None
    made: list[Made] = field(default_factory=list)
    calibrated: Calibrated | None = None
    failures: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=FAILURE))

    @property
    def experiment(self) -> Experiment:
        """The experiment."""
        return self.found.experiment


def run(
    found: Found,
    folder: Path | None = None,
    worlds: int | None = None,
    seed: int | None = None,
    say: Say | None = None,
    quiet: bool = True,
) -> Answer:
    """Run an experiment and return its answer.

    Parameters
    ----------
    found : Found
        As :func:`poruka.experiments.catalogue.read` returns it.
    folder : Path, optional
        Where worlds are kept; run again over the same folder, nothing is played twice.
    worlds, seed : int, optional
        Instead of what the file says.
    say : callable, optional
        Told what is being done and how far it is.

    Examples
    --------
    >>> from poruka.experiments.catalogue import find, read
    >>> answer = run(read(find("01_market_speed")), worlds=2)
    >>> answer.made[0].kind
    'curve'
    """
    with alone(folder, found):
        return _run(found, folder, worlds, seed, say, quiet)


def _run(
    found: Found,
    folder: Path | None,
    worlds: int | None,
    seed: int | None,
    say: Say | None,
    quiet: bool,
) -> Answer:
    experiment, seed = found.experiment, found.experiment.seed if seed is None else seed
    answer = Answer(found, seed, worlds or experiment.worlds)
    texts = _texts(experiment)
    _rehearse(found, texts, quiet)
    cells = Cells(results_folder(folder) / "worlds.sqlite" if folder is not None else None)
    dates = [one.quantity for one in experiment.outcome if one.unit == "date"]
    model = Country(
        found.builder, seed, cells, experiment.common_random_numbers, found.scenario, dates
    )
    if experiment.design is not None:
        points = points_of(experiment.design, experiment.factor, found.scenario, found.path.parent)
        tell = _telling(say, f"{len(points)} points")
        if experiment.precision is not None and worlds is None:
            quantity = experiment.outcomes([experiment.precision.quantity])[0].quantity
            answer.replicated = replication.replicate(
                points, model, texts, experiment.precision, quantity, tell
            )
            answer.played = answer.replicated.played
        else:
            answer.played = evaluate(points, model, texts, answer.worlds, tell)
        answer.worlds = answer.played.worlds
        answer.made = [_analysed(one, answer) for one in experiment.analysis]
    if experiment.sensitivity is not None:
        answer.made += _sensitive(experiment.sensitivity, answer, model, worlds, say)
    if experiment.calibration is not None:
        answer.calibrated = _calibrated(experiment.calibration, answer, model, cells, folder, say)
    answer.failures = cells.failures()
    return answer


def _telling(say: Say | None, what: str) -> Callable[[int, int], None] | None:
    return None if say is None else lambda done, total: say(what, done, total)


def _texts(experiment: Experiment) -> list[str]:
    """Return every quantity the design's worlds are asked for."""
    made = [one.quantity for one in experiment.outcome]
    for one in experiment.analysis:
        if isinstance(one, Modes):
            made += main_effects.MODES
        if isinstance(one, Boxes | Branches):
            made.append(one.where.quantity)
    return list(dict.fromkeys(made))


def _rehearse(found: Found, texts: list[str], quiet: bool) -> None:
    """Ask one world of each country for every quantity, so that a misspelt one is said before
    anything long is played.
    """
    experiment = found.experiment
    asked = experiment.calibration.target if experiment.calibration else []
    countries = {"", *(level.scenario for one in experiment.factor for level in one.levels)}
    for name in sorted(countries):
        scenario = found.builder.base(name)
        compile_aloud(scenario, quiet=quiet)
        try:
            frame_of(stretch(scenario, 1, 0, 1), [*texts, *(one.quantity for one in asked)])
        except BadInput as error:
            raise BadInput(f"{found.path}: in {scenario.name}: {error}") from None


def _quantities(outcomes: Sequence[Outcome]) -> list[str]:
    return [one.quantity for one in outcomes]


def _analysed(one: Any, answer: Answer) -> Made:
    """Return what one analysis makes of the design's worlds."""
    played, experiment = answer.played, answer.experiment
    assert played is not None
    if isinstance(one, Modes):
        return Made(one.kind, one, main_effects.modes(played, one.x, one.y))
    if isinstance(one, Boxes):
        boxes = scenario_discovery.discover(played, one)
        return Made(one.kind, one, boxes.table, boxes)
    if isinstance(one, Branches):
        tree = scenario_discovery.grow(played, one)
        return Made(one.kind, one, tree.nodes, tree)
    if isinstance(one, Convergence):
        text = experiment.outcomes([one.outcome])[0].quantity
        table = replication.convergence(played, text)
        return Made(one.kind, one, table, replication.stable_from(table))
    texts = _quantities(experiment.outcomes(one.outcomes))
    if isinstance(one, Curve):
        return Made(one.kind, one, main_effects.curve(played, one.x, one.lines, texts))
    if isinstance(one, Effects):
        factor = experiment.factor_of(one.factor)
        against = (
            one.against
            if one.against is None or factor.levels
            else factor.number(one.against, answer.found.scenario)
        )
        return Made(one.kind, one, main_effects.effects(played, one.factor, against, one.by, texts))
    if isinstance(one, Tornado):
        return Made(
            one.kind,
            one,
            main_effects.tornado(played, [other.label for other in experiment.numbers], texts),
        )
    assert isinstance(one, Split)
    return Made(one.kind, one, split(played, texts, one.variants))


def by_year(index: str, start: str, months: int) -> list[str]:
    """Return the mean of an index in every calendar year of a run, as quantities.

    Examples
    --------
    >>> by_year("control", "1990-03", 12)
    ['mean control 1990-03..1990-12', 'mean control 1991-01..1991-02']
    """
    dates = [str(one) for one in np.datetime64(start, "M") + np.arange(months)]
    years = dict.fromkeys(date[:4] for date in dates)
    inside = [[date for date in dates if date.startswith(year)] for year in years]
    return [f"mean {index} {one[0]}..{one[-1]}" for one in inside]


def _sensitive(
    asked: Sensitivity, answer: Answer, model: Country, worlds: int | None, say: Say | None
) -> list[Made]:
    """Return the screening, the Sobol indices, or the screening and the indices of what survives
    it.
    """
    experiment, scenario = answer.experiment, answer.found.scenario
    factors = [one for one in experiment.numbers if not asked.factors or one.label in asked.factors]
    bounds = {one.label: one.bounds(scenario) for one in factors}
    fits = {one.label: one.fit for one in factors}
    texts = _quantities(experiment.outcomes(asked.outcomes))
    texts += [
        text
        for index in asked.series
        for text in by_year(index, scenario.start_date, scenario.months)
    ]
    count, made = worlds or asked.worlds or experiment.worlds, []

    def played(points: pd.DataFrame, what: str) -> Played:
        fitted = pd.DataFrame({name: fits[name](points[name].to_numpy()) for name in points})
        return evaluate(fitted, model, texts, count, _telling(say, what))

    if asked.method != "sobol":
        points = morris.morris_points(bounds, asked.trajectories, asked.seed)
        table = morris.screen(
            played(points, f"Morris, {len(points)} points"),
            bounds,
            texts,
            asked.resamples,
            asked.seed,
            asked.keep,
            asked.most,
        )
        made.append(Made("morris", asked, table, {"points": len(points), "worlds": count}))
        kept = table.loc[table["survives"], "factor"].drop_duplicates()
        bounds = {name: ends for name, ends in bounds.items() if name in set(kept)}
    if asked.method != "morris" and bounds:
        points = sobol.sobol_points(bounds, asked.base, asked.seed)
        table = sobol.indices(
            played(points, f"Sobol, {len(points)} points"),
            bounds,
            texts,
            asked.resamples,
            asked.seed,
        )
        made.append(Made("sobol", asked, table, {"points": len(points), "worlds": count}))
    return made


def _calibrated(
    asked: Calibration,
    answer: Answer,
    model: Country,
    cells: Cells,
    folder: Path | None,
    say: Say | None,
) -> Calibrated:
    experiment, found, seed = answer.experiment, answer.found, answer.seed

    def tell(line: Any) -> None:
        if say is not None:
            say(
                f"generation {line['generation']:.0f}, tolerance {line['tolerance']:.3g},"
                f" {line['new']:.0%} of the new points nearer",
                int(line["played"]),
                int(line["played"]),
            )

    factors = experiment.numbers
    sample = calibrate(
        own_worlds(found.builder, seed, cells),
        factors,
        found.scenario,
        asked,
        seed,
        folder / "generations" if folder else None,
        tell,
        _telling(say, "particles"),
    )
    keys = {one.label: one.moved for one in factors}
    posterior = of_sample(_dated(sample, answer), keys)
    priors = priors_of(factors, found.scenario, asked.prior)
    drawn = first_points(priors, 4 * asked.particles, seed + 1)
    prior = of_sample(
        _dated(
            sample._replace(
                points=drawn,
                weights=np.full(len(drawn), 1.0 / len(drawn)),
                distances=np.zeros(len(drawn)),
            ),
            answer,
        ),
        keys,
    )
    if folder is not None:
        write_posterior(folder / "posterior.csv", posterior, sample.distances)
    fit = None
    if asked.trials:
        fit = point_fit(
            model,
            factors,
            found.scenario,
            asked,
            seed,
            folder / "fit.journal" if folder else None,
            _telling(say, "trials of the point fit"),
        )
    before, after = (
        simulate_in_memory(
            RunSpec.build(found.scenario.over(one), worlds=asked.predictive, seed=seed),
            progress=_telling(say, what) or False,
        )
        for one, what in (
            (prior, "worlds over the prior"),
            (posterior, "worlds over the posterior"),
        )
    )
    return Calibrated(sample, posterior, before, after, fit)


def _dated(sample: Sample, answer: Answer) -> Sample:
    """Return a sample with months written as dates, as the keys of a scenario want them."""
    points = sample.points.copy()
    for one in answer.experiment.numbers:
        if one.is_date:
            points[one.label] = [
                one.shown(value, answer.found.scenario) for value in points[one.label]
            ]
    return sample._replace(points=points)
