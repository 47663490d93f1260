"""Chronicles: the events of one world as readable history, the most important in order of time."""

import re
from typing import Any, NamedTuple

import pandas as pd

from poruka.engine import codes
from poruka.rules.instruments import instruments
from poruka.utils.labels import format_label

EVENT_WEIGHTS = {
    "exit_of_ruler": 100,
    "accession": 90,
    "war": 95,
    "coup": 85,
    "death": 85,
    "dissolution": 90,
    "constitution": 80,
    "independence": 80,
    "conclave": 80,
    "handover": 80,
    "referendum": 70,
    "election": 68,
    "wave": 75,
    "confidence": 55,
    "law": 50,
    "movement": 55,
    "party": 35,
    "naming": 50,
    "bid": 45,
    "crowd": 60,
    "verdict": 40,
    "dismissal": 42,
    "instrument": 30,
    "illness": 30,
    "defection": 28,
    "open_quarrel": 20,
    "scandal": 18,
    "clash": 8,
    "shock": 12,
    "seizure": 10,
    "protest": 10,
    "criticism": 6,
    "bill": 5,
    "return": 4,
    "appointment": 3,
    "newcomer": 3,
}
"""Importance of an event of each kind; a chronicle shows the most important."""
DEFECTION_GROUP_WEIGHTS = (28.0, 4.0)
"""Importance of the defections of one month: a base, and what each adds."""
FIRST_USE_BONUS, REPEATED_USE_PENALTY = 12.0, 15.0
"""What the first use of an instrument gains, and every later one loses, in importance."""
_EXIT_PHRASES = {
    "heir_exit": "in favour of a chosen heir",
    "pact_exit": "and his heir is bound by conditions",
    "rotation_exit": "after a lost vote",
    "revolution_exit": "before crowds in the street",
    "coup_exit": "in a palace coup",
    "conflict_exit": "in an ethnic war",
    "stays": "",
}
_ENDING_PHRASES = {
    "lapsed": "its term ends",
    "dissolved_itself": "it dissolves itself",
    "verdict_ended": "a court verdict ends it",
    "force_ended": "troops end it",
}


def _instrument_labels(scenario: Any = None) -> dict[str, str]:
    """Return the labels of the instruments by id, those of a scenario's own included."""
    available = getattr(scenario, "instruments", None) or instruments()
    return {instrument.id: instrument.label for instrument in available}


def describe_event(event: Any, scenario: Any = None) -> str:
    """Return one event as a sentence.

    Parameters
    ----------
    event : mapping
        A row of a table of events.
    scenario : Scenario, optional
        Gives the labels of instruments of one's own.

    Examples
    --------
    >>> event = {"kind": "dissolution", "instrument": "", "actor": "president"}
    >>> describe_event({**event, "target": "parliament", "value": 1.0})
    'the parliament ceases to sit: it dissolves itself'
    """
    kind, value = str(event["kind"]), float(event["value"])
    actor_code, target_code = str(event["actor"]), str(event["target"])
    actor, target = format_label(actor_code), format_label(target_code)
    if kind == "instrument":
        id = str(event["instrument"])
        label = _instrument_labels(scenario).get(id, "an instrument of its own")
        return f"the ruler uses: {label} ({id})" + (f", aimed at the {target}" if target else "")
    if kind == "election":
        return _describe_election(actor_code, target_code, value)
    if kind == "exit_of_ruler":
        phrase = _EXIT_PHRASES[codes.EXIT_CODES[int(value)]]
        return f"the ruler leaves office {phrase}; the {target} follows"
    if kind == "dissolution":
        phrase = _ENDING_PHRASES[codes.PARLIAMENT_ENDINGS[int(value)]]
        return f"the parliament ceases to sit: {phrase}"
    if kind == "verdict":
        decision = "rules" if value > 0.5 else "refuses to rule"
        return f"the {actor} {decision} against the {target}"
    if kind == "referendum":
        subject = "his term" if target_code == "president" else "a new constitution"
        return f"referendum on {subject}: {value:.1%} yes officially" + (
            "" if value > 0.5 else "; it is lost"
        )
    if kind == "coup":
        return "officers remove the ruler" if value > 0.0 else "a plot against the ruler fails"
    if kind == "bill":
        if target_code == "parliament":
            return f"the parliament votes on its own dissolution; {value:.0%} in favour"
        return f"the parliament rejects the ruler's bill; {value:.0%} against"
    if kind == "shock":
        variable = codes.EXTERNAL_VARIABLES[int(target_code.split()[-1])]
        return f"from abroad: {format_label(variable)} now {value:g}"
    if kind == "appointment" and actor_code == "parliament":
        return f"the parliament elects the {target} as its chair" + (
            f", against the ruler's wish ({value:.0%})" if target_code == "equal" else ""
        )
    return _describe_plain_event(kind, actor, target, value)


def _describe_election(actor: str, target: str, value: float) -> str:
    """Return the sentence of an election, from the codes of who won and of who came second."""
    if target == "parliament":
        return f"a parliament is elected; {value:.0%} of it against the ruler"
    if actor != "president":
        return f"the {format_label(actor)} has won, by the published count ({value:.0%})"
    return f"presidential election: {value:.1%} for the ruler officially" + (
        f", the {format_label(target)} second" if target else ", nobody else on the ballot"
    )


def _describe_plain_event(kind: str, actor: str, target: str, value: float) -> str:
    """Return the sentence of an event whose kind has only one form."""
    sentences = {
        "defection": f"{actor} breaks with the ruler",
        "criticism": f"{actor} criticises the ruler in public",
        "return": f"{actor} gives in and falls silent",
        "dismissal": f"the ruler dismisses {target}",
        "appointment": f"{target} is given a post ({actor})",
        "law": f"a law by the {actor}" + (f" on the {target}" if target else ""),
        "constitution": f"a constitution comes into force; weight of the parliament {value:.2f}",
        "scandal": (
            f"files are published by {actor}"
            + (f" against the {target}" if target else " that touch the ruler")
        ),
        "seizure": f"{actor} takes property of {target}",
        "protest": f"people protest, {value:.0%} of them",
        "crowd": f"crowds fill the streets, {value:.0%} of the people",
        "clash": f"camps clash in {actor}",
        "war": f"war between camps breaks out in {actor}",
        "illness": f"the ruler falls ill; health {value:.2f}",
        "death": f"the ruler dies at {value:.0f}",
        "accession": f"the {actor} becomes ruler",
        "party": f"{actor} founds a loyal party",
        "movement": f"{actor} founds a bloc",
        "wave": f"a wave of defections, {value:.0f} strong",
        "confidence": f"{value:.0%} of the parliament vote against the cabinet",
        "independence": "the republic is independent",
        "bid": (
            f"the {actor} declares himself"
            if not actor.startswith("oligarch")
            else f"{actor}, once premier, declares himself"
        ),
        "open_quarrel": f"{actor} quarrels openly" + (f" with {target}" if target else ""),
        "naming": f"the {target or actor} is named as heir",
        "handover": f"the ruler hands over to the {target}",
        "conclave": f"the magnates agree on the {actor} ({value:.0%})",
        "newcomer": f"{actor} is a new man from now on",
    }
    return sentences[kind]


def most_important_events(
    events: pd.DataFrame, scenario: Any = None, max_lines: int = 60
) -> list[tuple[str, int, str]]:
    """Return the most important events of one world in order of time.

    Returns
    -------
    list of (str, int, str)
        Date, number of the event, description; defections of one month share a line.
    """
    if "world" in events and events["world"].nunique() > 1:
        events = events[events["world"] == events["world"].iloc[0]]
    table = events.reset_index(drop=True)
    table = table.assign(number=table.index, kind=table["kind"].astype(str))
    lines = []
    for _, group in table[table["kind"] == "defection"].groupby("month"):
        base, increment = DEFECTION_GROUP_WEIGHTS
        first, weight = group.iloc[0], base + increment * len(group)
        text = f"{len(group)} of the elite break with the ruler"
        if len(group) == 1:
            text = describe_event(first, scenario)
        lines.append(_chronicle_line(first, weight, text))
    used_before: set[str] = set()
    for event in table[table["kind"] != "defection"].to_dict("records"):
        weight = float(EVENT_WEIGHTS[event["kind"]])
        if event["kind"] == "instrument":
            repeated = event["instrument"] in used_before
            weight += -REPEATED_USE_PENALTY if repeated else FIRST_USE_BONUS
            used_before.add(event["instrument"])
        lines.append(_chronicle_line(event, weight, describe_event(event, scenario)))
    selected = sorted(lines, key=lambda line: -line.weight)[:max_lines]
    selected.sort(key=lambda line: (line.month, line.number))
    return [(line.date, line.number, line.text) for line in selected]


class _ChronicleLine(NamedTuple):
    month: int
    date: str
    number: int
    weight: float
    text: str


def _chronicle_line(event: Any, weight: float, text: str) -> _ChronicleLine:
    return _ChronicleLine(
        int(event["month"]), str(event["date"]), int(event["number"]), weight, text
    )


def format_chronicle(
    events: pd.DataFrame, scenario: Any = None, max_lines: int = 60, numbered: bool = False
) -> str:
    """Return the history of one world as a text, the most important events in order of time.

    Parameters
    ----------
    events : pandas.DataFrame
        Events of one world.
    scenario : Scenario, optional
        Gives the title and the labels of instruments of one's own.
    max_lines : int
        Largest number of lines; defections of one month share one.
    numbered : bool
        Whether each line begins with the event's number.
    """
    lines = [scenario.title] if scenario is not None else []
    year = ""
    for date, number, text in most_important_events(events, scenario, max_lines):
        if date[:4] != year:
            year = date[:4]
            lines.append(year)
        lines.append(f"  {date[5:7]}  " + (f"[{number}] " if numbered else "") + text)
    return "\n".join(lines)


def group_lines_by_year(lines: list[str]) -> dict[str, list[str]]:
    """Group lines by the year each begins with; a line that begins with a month follows its year.

    Examples
    --------
    >>> group_lines_by_year(["1993-12 dissolution", "1994", "  03  election until 2000"])
    {'1993': ['1993-12 dissolution'], '1994': ['1994-03 election until 2000']}
    """
    years: dict[str, list[str]] = {}
    year = ""
    for line in filter(None, (line.strip() for line in lines)):
        match = re.match(r"\d{4}\b", line)
        year = match[0] if match else year
        if year and line != year:
            years.setdefault(year, []).append(re.sub(r"^(\d\d)\s+", rf"{year}-\1 ", line))
    return years
