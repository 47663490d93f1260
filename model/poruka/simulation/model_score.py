"""The function that plays a scenario and its baselines, and scores it against the record."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from poruka.scenario.scenario import Scenario
from poruka.scoring.baselines import select_baselines
from poruka.scoring.score import Score
from poruka.simulation.ensemble import simulate_in_memory
from poruka.simulation.failures import require_completed_world
from poruka.simulation.run_spec import RunSpec
from poruka.utils.errors import BadInput


def require_record_file(scenario: Scenario) -> None:
    """Raise an error, before anything is simulated, where a scenario names no record.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> require_record_file(load("kazakhstan"))
    """
    if scenario.record_path is None:
        raise BadInput(
            f"{scenario.name} has no observed record, so it cannot be scored; name a record"
            ' file in the scenario (`record = "…csv"`).'
        )


def score(
    scenario: Scenario | str | Path,
    worlds: int = 200,
    seed: int = 1,
    against: Iterable[str] | Mapping[str, Scenario] | None = None,
    draws: str | Path | None = None,
    until: str | None = None,
    progress: Callable[[int, int], None] | bool | None = None,
) -> Score:
    """Simulate a scenario, and score it against its record and against baselines that are models.

    Parameters
    ----------
    scenario : Scenario, str or Path
        A scenario, or the name or path of its file; see :func:`poruka.load`.
    worlds, seed : int
        Worlds of the scenario and of every baseline, and the seed that they share.
    against : iterable of str, or mapping of str to Scenario, optional
        Baselines by the names of :data:`poruka.scoring.baselines.BASELINES`, or scenarios of one's
        own; all of the table by default. The two plain forecasts always are baselines.
    draws : str or Path, optional
        ``"prior"`` to draw all numbers from their ranges, anew for every world, or a posterior.
    until, progress
        As in :func:`poruka.simulate`.

    Returns
    -------
    Score
        Tables ``figures``, ``skill``, ``parts`` and ``not_scored``, and a ``sentence``;
        ``figures.SkillChart(score).draw()`` draws it.

    Raises
    ------
    BadInput
        When an argument cannot be used, or the scenario has no record.

    Examples
    --------
    >>> s = score("kazakhstan", worlds=4, until="1994-12", against=["no belief"], progress=False)
    >>> s.skill.baseline.unique().tolist(), s.not_scored.figure.tolist()[0]
    (['nothing changes', 'equal chances', 'no belief'], 'independence')
    """
    spec = RunSpec.build(scenario, worlds=worlds, seed=seed, until=until, draws=draws)
    require_record_file(spec.scenario)
    baselines = select_baselines(spec.scenario, against)
    return require_completed_world(simulate_in_memory(spec, progress)).score(baselines)
