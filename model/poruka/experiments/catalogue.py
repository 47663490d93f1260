"""Catalogue of experiments: listing, finding, reading and validating their files."""

import os
from pathlib import Path
from typing import NamedTuple

from poruka.analysis.scenario_builder import ScenarioBuilder, expand_pages
from poruka.analysis.specification import EXPERIMENT_SCHEMAS, Experiment
from poruka.experiments.point_validation import validate_points
from poruka.experiments.robustness_arms import validate_robustness
from poruka.experiments.validation import validate_experiment
from poruka.scenario.scenario import Scenario
from poruka.theory.theses import theses
from poruka.utils.errors import BadInput, nearest_names, unknown_name_error
from poruka.utils.toml_data import experiment_folders, read_toml


class LoadedExperiment(NamedTuple):
    """An experiment with its file and the builder of the scenario of each point."""

    experiment: Experiment
    path: Path
    builder: ScenarioBuilder

    @property
    def name(self) -> str:
        """The folder's name; the file's, where it is not called experiment.toml."""
        return self.path.parent.name if self.path.name == "experiment.toml" else self.path.stem

    @property
    def scenario(self) -> Scenario:
        """The country with the changes that all points share."""
        return self.builder.base_scenario()


def read_experiment(path: Path) -> LoadedExperiment:
    """Read and validate an experiment; whatever can be known without simulating is checked here.

    Raises
    ------
    BadInput
        If the file cannot be used; the message names the file, the error, the allowed values and
        the remedy.
    """
    loaded = open_experiment(path)
    experiment, builder = loaded.experiment, loaded.builder
    try:
        for id in experiment.theses:
            if id not in theses():
                raise unknown_name_error("thesis", id, theses())
        validate_experiment(experiment, builder.base_scenario)
        validate_points(experiment, builder, loaded.path.parent)
        builder.worlds_each()
        if experiment.robustness is not None:
            validate_robustness(experiment, builder)
    except BadInput as error:
        raise BadInput(f"{loaded.path}: {error}") from None
    return loaded


def open_experiment(path: Path) -> LoadedExperiment:
    """Read an experiment without building its points: its tables, fields and country are checked.

    That is enough to list it, and much faster than building every point and arm.

    Raises
    ------
    BadInput
        If the file is no experiment, or its country or the changes to it are not usable.

    Examples
    --------
    >>> open_experiment(find_experiment("03_solidarity")).name
    '03_solidarity'
    """
    path = Path(path)
    raw = read_toml(path, Experiment, "an experiment", EXPERIMENT_SCHEMAS)
    try:
        experiment = raw.model_copy(update={"factor": expand_pages(raw.factor)})
        builder = ScenarioBuilder(
            experiment.scenario, experiment.context, experiment.factor, path.parent
        )
        builder.base_scenario()
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from None
    return LoadedExperiment(experiment, path, builder)


def list_experiments() -> dict[str, Path]:
    """Return all experiments found: folder name to file.

    Examples
    --------
    >>> "01_market_speed" in list_experiments()
    True
    """
    experiments: dict[str, Path] = {}
    for top in experiment_folders(""):
        for path in sorted(top.glob("*/experiment.toml")):
            experiments.setdefault(path.parent.name, path)
    return dict(sorted(experiments.items()))


def find_experiment(name: str) -> Path:
    """Return the file of an experiment, given its name, a prefix of it, or a path.

    Raises
    ------
    BadInput
        If there is no such experiment; the message gives the nearest names.
    """
    given = Path(os.path.expanduser(name)).absolute()
    try:
        for path in (given, given / "experiment.toml"):
            if path.is_file():
                return path
    except (OSError, ValueError) as error:
        raise BadInput(
            f"{name[:60]!r} cannot be looked up ({getattr(error, 'strerror', error)}); give a name"
            " listed by `poruka experiment list`, or the path of a folder with an experiment.toml."
        ) from None
    known = list_experiments()
    if name in known:
        return known[name]
    matches = [candidate for candidate in known if candidate.startswith(name.rstrip("_/"))]
    if len(matches) == 1:
        return known[matches[0]]
    nearest = nearest_names(name, known)
    raise BadInput(
        f"there is no experiment {name!r}: "
        + (f"did you mean {' or '.join(nearest or matches)}? " if nearest or matches else "")
        + "Give a name listed by `poruka experiment list`, or the path of a folder with an"
        " experiment.toml."
    )
