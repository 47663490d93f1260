"""Where experiments lie, and one way to read, check and find them."""

from pathlib import Path
from typing import NamedTuple

from poruka.analysis.factors import Builder, expand
from poruka.analysis.specification import SHAPES, Experiment
from poruka.experiments.validation import check
from poruka.scenario.scenario import Scenario
from poruka.theory.theses import theses
from poruka.utils.errors import BadInput, nearest, unknown
from poruka.utils.toml_data import folders, parse


class Found(NamedTuple):
    """An experiment with the place it was read from and what makes the scenario of each point."""

    experiment: Experiment
    path: Path
    builder: Builder

    @property
    def name(self) -> str:
        """The folder's name, or that of a file that lies by itself."""
        return self.path.parent.name if self.path.name == "experiment.toml" else self.path.stem

    @property
    def scenario(self) -> Scenario:
        """The country with what all points share."""
        return self.builder.base()


def read(path: Path) -> Found:
    """Read and check an experiment.

    Raises
    ------
    BadInput
        Naming the file, what is wrong, what is allowed and what to do.
    """
    path = Path(path)
    raw = parse(path, Experiment, "an experiment", SHAPES)
    try:
        experiment = raw.model_copy(update={"factor": expand(raw.factor)})
        builder = Builder(experiment.scenario, experiment.context, experiment.factor, path.parent)
        for id in experiment.theses:
            if id not in theses():
                raise unknown("thesis", id, theses())
        check(experiment, builder.base)
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from None
    return Found(experiment, path, builder)


def experiments() -> dict[str, Path]:
    """Return the experiments there are: the name of the folder and the file.

    Examples
    --------
    >>> "01_market_speed" in experiments()
    True
    """
    found: dict[str, Path] = {}
    for top in folders(""):
        for path in sorted(top.glob("*/experiment.toml")):
            found.setdefault(path.parent.name, path)
    return dict(sorted(found.items()))


def find(name: str) -> Path:
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
    known = experiments()
    if name in known:
        return known[name]
    begins = [one for one in known if one.startswith(name.rstrip("_/"))]
    if len(begins) == 1:
        return known[begins[0]]
    close = nearest(name, known)
    raise BadInput(
        f"there is no experiment {name!r}: "
        + (f"did you mean {' or '.join(close or begins)}? " if close or begins else "")
        + "Give a name that `poruka experiment list` shows, or the path of a folder with an"
        " experiment.toml."
    )
