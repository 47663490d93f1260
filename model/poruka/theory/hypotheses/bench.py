"""The bench: theses tested one after another, each stored when it is finished."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from poruka.simulation.request_values import seed_number, whole_number
from poruka.theory.hypotheses.declaration import Hypothesis
from poruka.theory.hypotheses.placebos import plan_placebos
from poruka.theory.hypotheses.play import ArmPlayer, WorldPlayer
from poruka.theory.hypotheses.procedure import run_side
from poruka.theory.hypotheses.reading import declaration_hash, load_hypotheses
from poruka.theory.hypotheses.results import (
    BENCH_SEEDS,
    ThesisResult,
    is_current,
    read_result,
    rules_hash,
    store_result,
)
from poruka.theory.hypotheses.side import Side, shared_quantities, sides_of
from poruka.theory.theses import theses
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.errors import BadInput, unknown_name_error


def select_hypotheses(ids: Iterable[str], core: bool) -> dict[str, Hypothesis]:
    """Return the declarations among those named, or of all theses; only core ones if ``core``.

    Raises
    ------
    BadInput
        For an unknown thesis, or one that is named and has no declaration.

    Examples
    --------
    >>> list(select_hypotheses(["T040", "T007"], core=True))
    ['T040', 'T007']
    """
    declared, requested = load_hypotheses(), list(ids)
    for id in requested:
        if id not in theses():
            raise unknown_name_error("thesis", id, theses())
        if id not in declared:
            raise BadInput(
                f"{id} has no declaration yet; write experiments/hypotheses/{id}.toml, as the"
                " README beside it says."
            )
    chosen = [id for id in requested or declared if not core or theses()[id].core]
    return {id: declared[id] for id in chosen}


def run_hypotheses(
    folder: Path,
    ids: Iterable[str] = (),
    core: bool = False,
    seeds: Sequence[int] = BENCH_SEEDS,
    worlds: int | None = None,
    resume: bool = True,
    player: ArmPlayer | None = None,
    on_result: Callable[[ThesisResult, bool], None] | None = None,
    arms: Path | None = None,
) -> dict[str, ThesisResult]:
    """Test theses and store the result of each once it is finished.

    Parameters
    ----------
    folder : Path
        Where results are stored, and found again.
    ids : iterable of str
        Theses such as ``T041``; all that are declared when empty.
    core : bool
        Only the core theses.
    seeds : sequence of int
        Seeds of all arms.
    worlds : int, optional
        Worlds of each seed in place of the declared numbers.
    resume : bool
        Whether a stored result is taken over if its declaration, the rules, seeds and worlds are
        the same.
    player : ArmPlayer, optional
        Who plays the arms; worlds on two threads by default.
    on_result : callable, optional
        Receives each result, and whether it had been stored before.
    arms : Path, optional
        Folder in which arms that several theses or placebos move are kept for other processes.

    Raises
    ------
    BadInput
        For an unknown thesis or an invalid declaration, before anything is played.
    """
    seeds, worlds = _checked_numbers(seeds, worlds)
    selected = select_hypotheses(ids, core)
    folder = create_results_folder(folder)
    player = player or bench_player(selected, arms)
    results = {}
    for id, hypothesis in selected.items():
        path = folder / f"{id}.json"
        stored = read_result(path) if resume and path.is_file() else None
        if stored is not None and is_current(stored, hypothesis, seeds, worlds):
            results[id], is_stored = stored, True
        else:
            results[id], is_stored = run_hypothesis(hypothesis, player, seeds, worlds), False
            store_result(folder, results[id])
        if on_result is not None:
            on_result(results[id], is_stored)
    return results


def bench_player(selected: Mapping[str, Hypothesis], arms: Path | None) -> WorldPlayer:
    """Return the player of some theses, who keeps the arms of all of them in a folder if one is
    given: what any thesis or placebo reads from an arm is then read when it is first played.
    """
    if arms is None:
        sides = [side for one in selected.values() for side in sides_of(one)]
        return WorldPlayer(also=shared_quantities(sides))
    declared = load_hypotheses()
    sides = [side for one in declared.values() for side in sides_of(one)]
    sides += [placebo.side for placebo in plan_placebos(declared)]
    return WorldPlayer(also=shared_quantities(sides), store=create_results_folder(arms))


def play_hypotheses(
    ids: Iterable[str],
    seeds: Sequence[int] = BENCH_SEEDS,
    worlds: int | None = None,
    player: ArmPlayer | None = None,
) -> dict[str, ThesisResult]:
    """Test theses and return their results, without storing any.

    Raises
    ------
    BadInput
        For an unknown thesis or a number that cannot be used, before anything is played.

    Examples
    --------
    >>> play_hypotheses(["T015"])["T015"].sides
    []
    """
    seeds, worlds = _checked_numbers(seeds, worlds)
    selected, player = select_hypotheses(ids, core=False), player or WorldPlayer()
    return {id: run_hypothesis(one, player, seeds, worlds) for id, one in selected.items()}


def _checked_numbers(seeds: Sequence[int], worlds: int | None) -> tuple[list[int], int | None]:
    """Return seeds and worlds, or refuse them with what is allowed."""
    if isinstance(seeds, int) or not len(seeds):
        raise BadInput(f"seeds is {seeds!r}; give a list of whole numbers, such as (2041, 3089).")
    checked = [seed_number(seed) for seed in seeds]
    if len(set(checked)) < len(checked):
        raise BadInput(f"seeds is {seeds!r}; each may stand in it once.")
    return checked, None if worlds is None else whole_number("worlds", worlds, 2)


def run_hypothesis(
    hypothesis: Hypothesis,
    player: ArmPlayer,
    seeds: Sequence[int],
    worlds: int | None = None,
    sides: Sequence[Side] | None = None,
) -> ThesisResult:
    """Test all sides of one thesis."""
    sides = sides_of(hypothesis) if sides is None else sides
    return ThesisResult(
        thesis=hypothesis.thesis,
        declaration=declaration_hash(hypothesis),
        rules=rules_hash(hypothesis),
        seeds=list(seeds),
        worlds=worlds,
        hedged=hypothesis.hedged,
        untestable=hypothesis.untestable,
        sides=[run_side(side, player, seeds, worlds) for side in sides],
    )
