"""The verdicts of the bench of hypothesis tests: a row for each part of the argument."""

import pandas as pd

from poruka.figures.base.drawing import NothingToDraw
from poruka.figures.theory.thesis_matrix import VERDICT_STYLES, ThesisMatrix
from poruka.theory.theses import theses


class HypothesisMatrix(ThesisMatrix):
    """The verdict on each thesis that was tested.

    Parameters
    ----------
    verdicts : pandas.DataFrame
        As :func:`poruka.theory.hypotheses.verdict_family.hypothesis_table` returns them.

    Examples
    --------
    >>> row = {"id": "T015", "core": False, "verdict": "not testable", "p": 1.0, "q": 1.0}
    >>> HypothesisMatrix(pd.DataFrame([row | {"where": "", "where_not": ""}])).alt
    '1 not testable. not testable: T015.'
    """

    def __init__(self, verdicts: pd.DataFrame):
        if not len(verdicts):
            raise NothingToDraw(
                "there are no verdicts to draw; `poruka hypotheses run T041` tests a thesis."
            )
        declared = theses()
        kept = ["group", "id", "core", "verdict", "where", "where_not", "p", "q"]
        self.table = verdicts.assign(group=[declared[id].group for id in verdicts["id"]])[kept]
        tested = set(verdicts["id"])
        self.groups = list(dict.fromkeys(declared[id].group for id in declared if id in tested))
        widest = int(self.table["group"].value_counts().max())
        self.size = (max(7.0, 2.9 + 0.42 * widest), 1.5 + 0.34 * len(self.groups))
        counts = self.table["verdict"].value_counts()
        summary = ", ".join(f"{counts[name]} {name}" for name in VERDICT_STYLES if name in counts)
        self.title = f"Verdicts on {len(self.table)} of {len(declared)} theses"
        self.caption = (
            f"{summary}. Bold frame: a core thesis. Shown: the cause that the text names moves the"
            " outcome by more than the smallest effect of interest, not without the links that the"
            " text names, in every seed and nine of ten draws of the numbers; p-values are adjusted"
            f" for all {len(declared)} theses (Benjamini and Yekutieli, 5 %)."
        )
        others = self.table[self.table["verdict"] != "shown"]
        self.alt = f"{summary}." + "".join(
            f" {name}: {', '.join(rows['id'])}."
            for name, rows in others.groupby("verdict", sort=False)
        )
