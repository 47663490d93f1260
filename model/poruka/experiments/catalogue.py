"""Where experiments lie, and one way to read, check and find them."""

from pathlib import Path
from typing import NamedTuple

from poruka.analysis.factors import ScenarioBuilder, expand_pages
from poruka.analysis.specification import EXPERIMENT_SCHEMAS, Experiment
from poruka.experiments.validation import validate_experiment
from poruka.scenario.scenario import Scenario
from poruka.theory.theses import theses
from poruka.utils.errors import BadInput, nearest_names, unknown_name_error
from poruka.utils.toml_data import experiment_folders, read_toml


class LoadedExperiment(NamedTuple):
    """An experiment with the place it was read from and what makes the scenario of each point."""

    experiment: Experiment
    path: Path
    builder: ScenarioBuilder

    @property
    def name(self) -> str:
        """The folder's name, or that of a file that lies by itself."""
        return self.path.parent.name if self.path.name == "experiment.toml" else self.path.stem

    @property
    def scenario(self) -> Scenario:
        """The country with what all points share."""
        return self.builder.base_scenario()


def read_experiment(path: Path) -> LoadedExperiment:
    """Read and check an experiment.

    Raises
    ------
    BadInput
        Naming the file, what is wrong, what is allowed and what to do.
    """
    path = Path(path)
    raw = read_toml(path, Experiment, "an experiment", EXPERIMENT_SCHEMAS)
    try:
        experiment = raw.model_copy(update={"factor": expand_pages(raw.factor)})
        builder = ScenarioBuilder(
            experiment.scenario, experiment.context, experiment.factor, path.parent
        )
        for id in experiment.theses:
            if id not in theses():
                raise unknown_name_error("thesis", id, theses())
        validate_experiment(experiment, builder.base_scenario)
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from None
    return LoadedExperiment(experiment, path, builder)


def list_experiments() -> dict[str, Path]:
    """Return the experiments there are: the name of the folder and the file.

    Examples
    --------
    >>> "01_market_speed" in list_experiments()
    True
    """
    found: dict[str, Path] = {}
    for top in experiment_folders(""):
        for path in sorted(top.glob("*/experiment.toml")):
            found.setdefault(path.parent.name, path)
    return dict(sorted(found.items()))


def find_experiment(name: str) -> Path:
    """Return the file of an experiment by name, by the beginning of its name, or by the path of its
    file or folder.

    Raises
    ------
    BadInput
        When there is none, with the nearest names.
    """
    given = Path(name)
    for path in (given, given / "experiment.toml"):
        if path.is_file():
            return path
    known = list_experiments()
    if name in known:
        return known[name]
    begins = [one for one in known if one.startswith(name.rstrip("_/"))]
    if len(begins) == 1:
        return known[begins[0]]
    close = nearest_names(name, known)
    raise BadInput(
        f"there is no experiment {name!r}: "
        + (f"did you mean {' or '.join(close or begins)}? " if close or begins else "")
        + "Give a name that `poruka experiment list` shows, or the path of a folder with an"
        " experiment.toml."
    )
