"""The folder of an answer: whether it still answers its experiment (same question, country, rules),
and whose it is while it is worked on.
"""

import ast
import contextlib
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from poruka.engine.jit import KERNEL_SOURCES
from poruka.experiments.catalogue import LoadedExperiment
from poruka.runs.manifest import TABLE_SOURCES
from poruka.utils import file_lock
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.errors import BadInput


def strip_comments_and_docstrings(source: str) -> str:
    """Return what a page of Python does, without its comments and docstrings.

    Examples
    --------
    >>> strip_comments_and_docstrings('def f(x):\\n    "Words."  # more words\\n    return x')
    'def f(x):\\n    return x'
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef):
            node.body = [
                one
                for one in node.body
                if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
            ] or [ast.Pass()]
    return ast.unparse(tree)


@cache
def rules_digest() -> str:
    """Return a hash of the rules and of what turns worlds into tables; words about them do not
    count.

    Unlike the one by which compiled rules are kept, it is the same on every machine.
    """
    root = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for pattern in (*KERNEL_SOURCES, *TABLE_SOURCES):
        for path in sorted(root.glob(pattern)):
            text = path.read_text(encoding="utf-8")
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(
                (strip_comments_and_docstrings(text) if path.suffix == ".py" else text).encode()
            )
    return digest.hexdigest()[:16]


def changed_inputs(loaded: LoadedExperiment, folder: Path | None = None) -> list[str] | None:
    """Return what has changed since an experiment was answered; nothing if its answer holds, None
    if there is none.

    Parameters
    ----------
    found : Found
        An experiment, as :func:`poruka.experiments.catalogue.read_experiment` returns it.
    folder : Path, optional
        Where the answer lies; ``result`` beside the experiment by default.

    Examples
    --------
    >>> from poruka.experiments.catalogue import find_experiment, read_experiment
    >>> changed_inputs(read_experiment(find_experiment("01_market_speed")), Path("nowhere")) is None
    True
    """
    folder = folder or loaded.path.parent / "result"
    try:
        made = dict(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
        asked = (folder / "experiment.toml").read_text(encoding="utf-8")
    except (OSError, ValueError, TypeError):
        return None
    changes = {
        "the question": asked != loaded.path.read_text(encoding="utf-8"),
        "the scenario": made.get("digest") != loaded.scenario.digest,
        "the rules": made.get("rules") != rules_digest(),
    }
    return [what for what, changed in changes.items() if changed]


def result_status(loaded: LoadedExperiment) -> str:
    """Return in a few words whether there is an answer and whether it holds."""
    changed = changed_inputs(loaded)
    if changed is None:
        return "not answered yet"
    return (
        f"its answer is of before {' and '.join(changed)} changed; run it again"
        if changed
        else "answered"
    )


@contextlib.contextmanager
def lock_result_folder(folder: Path | None, loaded: LoadedExperiment) -> Iterator[None]:
    """Have a folder of answers to oneself; one that another process is at, or that holds something
    else, is refused.
    """
    if folder is None:
        yield
        return
    create_results_folder(folder)
    try:
        there = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        other = (
            "a run"
            if "span" in there
            else (
                f"the answer to {there['experiment']}" if there["experiment"] != loaded.name else ""
            )
        )
    except (OSError, ValueError, KeyError, TypeError):
        other = ""
    if other:
        raise BadInput(
            f"{folder} holds {other}; give another folder for the answer to {loaded.name}."
        )
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(file_lock.acquire_lock(folder / "lock"))
        except file_lock.LockHeld as who:
            raise BadInput(
                f"{folder} is being worked on by {who}; wait for it, or give another folder."
            ) from None
        except OSError as error:
            raise BadInput(
                f"{folder} cannot be written ({error.strerror}); give a folder where you may write."
            ) from None
        yield
