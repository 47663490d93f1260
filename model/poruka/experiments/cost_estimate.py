"""How much an experiment plays, said before it does."""

from typing import NamedTuple

from poruka.analysis.designs import points_of
from poruka.experiments.catalogue import Found


class Stage(NamedTuple):
    """A part of an experiment: what it is, its points, worlds of each, and whether that is only the
    most it may come to.
    """

    what: str
    points: int
    worlds: int
    at_most: bool = False

    @property
    def total(self) -> int:
        """Worlds in all."""
        return self.points * self.worlds


def plan(found: Found, worlds: int | None = None) -> list[Stage]:
    """Return what an experiment plays, stage by stage.

    Parameters
    ----------
    found : Found
        As :func:`poruka.experiments.catalogue.read` returns it.
    worlds : int, optional
        Worlds of every point instead of what the file says.

    Examples
    --------
    >>> from poruka.experiments.catalogue import find, read
    >>> [stage.points for stage in plan(read(find("01_market_speed")))]
    [20]
    """
    experiment, stages = found.experiment, []
    count = worlds or experiment.worlds
    if experiment.design is not None:
        points = len(
            points_of(experiment.design, experiment.factor, found.scenario, found.path.parent)
        )
        asked = experiment.precision if worlds is None else None
        stages.append(
            Stage(
                f"design {experiment.design.kind}",
                points,
                asked.at_most if asked else count,
                asked is not None,
            )
        )
    if (sensitive := experiment.sensitivity) is not None:
        factors = len(sensitive.factors or experiment.numbers)
        each = worlds or sensitive.worlds or experiment.worlds
        if sensitive.method != "sobol":
            stages.append(Stage("Morris screening", sensitive.trajectories * (factors + 1), each))
        if sensitive.method != "morris":
            screened = sensitive.method == "morris then sobol"
            stages.append(
                Stage(
                    "Sobol indices",
                    sensitive.base * ((min(factors, sensitive.most) if screened else factors) + 2),
                    each,
                    screened,
                )
            )
    if (asked_of := experiment.calibration) is not None:
        new = asked_of.particles - max(2, int(asked_of.keep * asked_of.particles))
        stages.append(
            Stage(
                "ABC-SMC",
                asked_of.particles + (asked_of.generations - 1) * new,
                asked_of.worlds,
                True,
            )
        )
        if asked_of.trials:
            stages.append(Stage("point fit", asked_of.trials, asked_of.fit_worlds))
        stages.append(Stage("worlds over prior and posterior", 2, asked_of.predictive))
    return stages


def in_words(stages: list[Stage]) -> str:
    """Return a plan in one line.

    Examples
    --------
    >>> in_words([Stage("design grid", 6, 40), Stage("Sobol indices", 128, 10, True)])
    'design grid: 6 points of 40 worlds; Sobol indices: at most 128 points of 10 worlds; at most
    1,520 worlds in all'
    """
    most = any(stage.at_most for stage in stages)
    parts = [
        f"{one.what}: {'at most ' if one.at_most else ''}{one.points:,}"
        f" point{'s' if one.points != 1 else ''} of {one.worlds} worlds"
        for one in stages
    ]
    return (
        f"{'; '.join(parts)}; {'at most ' if most else ''}{sum(one.total for one in stages):,}"
        " worlds in all"
    )
