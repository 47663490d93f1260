"""Skills in words."""

import pandas as pd

from poruka.scoring.skill import BETTER, CANNOT_TELL, SAME_WORLDS, WORSE

_BEGINNINGS = {
    BETTER: "The worlds are nearer to the record than",
    WORSE: "They are farther from it than",
    CANNOT_TELL: "The record cannot tell them from",
    SAME_WORLDS: "They are the same worlds as",
}


def verdict_sentence(skill: pd.DataFrame) -> str:
    """Return one sentence for each verdict that occurs, with the baselines it is about.

    Examples
    --------
    >>> skill = pd.DataFrame({"baseline": ["no belief"], "skill": [0.1], "low": [-0.1]})
    >>> verdict_sentence(skill.assign(high=0.3, verdict="cannot tell"))
    'The record cannot tell them from "no belief" (skill 0.10, −0.10 to 0.30).'
    """
    sentences = []
    for verdict, beginning in _BEGINNINGS.items():
        rows = skill[skill["verdict"] == verdict]
        if len(rows):
            named = [
                f'"{row.baseline}"' + ("" if verdict == SAME_WORLDS else f" ({_format_skill(row)})")
                for row in rows.itertuples()
            ]
            sentences.append(f"{beginning} {_join(named)}.")
    return " ".join(sentences)


def _format_skill(row: object) -> str:
    values = (getattr(row, name) for name in ("skill", "low", "high"))
    skill, low, high = (f"{value:.2f}".replace("-", "−") for value in values)
    return f"skill {skill}, {low} to {high}"


def _join(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
