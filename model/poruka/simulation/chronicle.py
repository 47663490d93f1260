"""Chronicles: what happened in a world, readable as history, and why one event came about."""

import re
from typing import Any, NamedTuple

import pandas as pd

from poruka.engine import codes
from poruka.engine.rule import RULE_REGISTRY
from poruka.rules.instruments import instruments

# How much an event weighs when only the weightiest are told.
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
}
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
    "dissolved_itself": "it votes its own end",
    "verdict_ended": "a court verdict ends it",
    "force_ended": "troops end it",
}
REASON_UNITS = {
    "remaining_months": "months",
    **dict.fromkeys(("value", "cost", "stay", "leave", "spoils"), "utility: more weighs more"),
    **dict.fromkeys(("success_chance", "believed_success", "heir_chance"), "chance, 0 to 1"),
    **dict.fromkeys(
        ("approval", "support", "acceptability", "crowd_share", "health", "deniable"),
        "share, 0 to 1",
    ),
}
"""What a number that decided something is measured in, where that is the same in every rule."""


class EventExplanation(NamedTuple):
    """Why an event came about: the event in words, its rule and the numbers that decided it."""

    text: str
    rule: str
    claim: str
    reasons: dict[str, float]
    theses: tuple[str, ...] = ()
    standing: str = ""

    def __str__(self) -> str:
        lines = [self.text, f"  rule {self.rule}: {self.claim}"]
        if self.standing:
            lines.append(
                f"  {self.standing}"
                + (f"; theses {', '.join(self.theses)}" if self.theses else "; no thesis")
            )
        if self.reasons:
            lines += ["", "  the numbers that decided it"]
            for name, value in self.reasons.items():
                unit = REASON_UNITS.get(name, "")
                line = f"  {name.replace('_', ' '):<18} {_format_quantity(name, value):>9}  {unit}"
                lines.append(line.rstrip())
        else:
            lines += ["", "  this event keeps no numbers of its own"]
        more = [f"poruka explain {one}" for one in (self.rule, *self.theses[:2]) if one]
        return "\n".join([*lines, "", f"  more: {'; '.join(more)}"] if more else lines)


def _format_quantity(name: str, value: float) -> str:
    return f"{value:.0f}" if name == "remaining_months" else f"{value:.3f}".replace("-", "−")


def _instrument_labels(scenario: Any = None) -> dict[str, str]:
    """Return what the instruments are called, those of a scenario's own among them."""
    return {one.id: one.label for one in getattr(scenario, "instruments", None) or instruments()}


def describe_event(event: Any, scenario: Any = None) -> str:
    """Return one event in words; the scenario knows the labels of instruments of one's own.

    Examples
    --------
    >>> event = {"kind": "dissolution", "instrument": "", "actor": "president"}
    >>> describe_event(pd.Series({**event, "target": "parliament", "value": 1.0}))
    'the parliament is no more: it votes its own end'
    """
    kind, actor, target, value = (
        str(event["kind"]),
        str(event["actor"]),
        str(event["target"]),
        float(event["value"]),
    )
    if kind == "instrument":
        aim = f", with the {target} in view" if target else ""
        return (
            "the ruler uses:"
            f" {_instrument_labels(scenario).get(str(event['instrument']), 'an instrument of its own')}"
            f" ({event['instrument']}){aim}"
        )
    if kind == "election":
        if target == "parliament":
            return f"a parliament is elected; {value:.0%} of it against the ruler"
        if actor != "president":
            return f"the {actor} has won, by the published count ({value:.0%})"
        return f"presidential election: {value:.1%} for the ruler officially" + (
            f", the {target} second" if target else ", nobody else on the ballot"
        )
    if kind == "exit_of_ruler":
        return f"the ruler goes {_EXIT_PHRASES[codes.EXIT_CODES[int(value)]]}; the {target} follows"
    if kind == "dissolution":
        return f"the parliament is no more: {_ENDING_PHRASES[codes.PARLIAMENT_ENDINGS[int(value)]]}"
    if kind == "verdict":
        return (
            f"the {actor} rules against the {target}"
            if value > 0.5
            else f"the {actor} refuses to rule against the {target}"
        )
    if kind == "referendum":
        subject = "his term" if target == "president" else "a new constitution"
        return f"referendum on {subject}: {value:.1%} yes officially" + (
            "" if value > 0.5 else "; it is lost"
        )
    if kind == "coup":
        return "officers remove the ruler" if value > 0.0 else "a plot against the ruler fails"
    if kind == "bill":
        return (
            f"the house votes on its own end; {value:.0%} for it"
            if target == "parliament"
            else f"the house rejects the ruler's bill; {value:.0%} against"
        )
    if kind == "shock":
        return (
            f"from abroad: {codes.EXTERNAL_VARIABLES[int(target.split()[-1])].replace('_', ' ')}"
            f" now {value:g}"
        )
    if kind == "appointment" and actor == "parliament":
        return f"the house gives its chair to the {target}" + (
            f", against the ruler's wish ({value:.0%})" if target == "equal" else ""
        )
    plain = {
        "defection": f"{actor} breaks with the ruler",
        "criticism": f"{actor} criticises aloud",
        "return": f"{actor} gives in and falls silent",
        "dismissal": f"the ruler dismisses {target}",
        "appointment": f"{target} is given a post ({actor})",
        "law": f"a law by the {actor}" + (f" on the {target}" if target else ""),
        "constitution": f"a constitution comes into force; weight of the house {value:.2f}",
        "scandal": (
            f"files are published by {actor}"
            + (f" against the {target}" if target else " that touch the ruler")
        ),
        "seizure": f"{actor} takes property of {target}",
        "protest": f"people come out, {value:.0%} of them",
        "crowd": f"crowds fill the streets, {value:.0%} of the people",
        "clash": f"camps clash in {actor}",
        "war": f"ethnic war breaks out in {actor}",
        "illness": f"the ruler falls ill; health {value:.2f}",
        "death": f"the ruler dies at {value:.0f}",
        "accession": f"the {actor} becomes ruler",
        "party": f"{actor} founds a loyal party",
        "movement": f"{actor} founds a movement of the rich",
        "wave": f"a wave of defections, {value:.0f} strong",
        "confidence": f"{value:.0%} of the house vote against the cabinet",
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
    }
    return plain[kind]


def most_important_events(
    events: pd.DataFrame, scenario: Any = None, max_lines: int = 60
) -> list[tuple[str, int, str]]:
    """Return the weightiest events of one world in order of time: date, number of the event, what
    happened; defections of one month share a line.
    """
    if "world" in events and events["world"].nunique() > 1:
        events = events[events["world"] == events["world"].iloc[0]]
    table = events.reset_index(drop=True)
    table = table.assign(number=table.index, kind=table["kind"].astype(str))
    lines: list[tuple[int, str, int, float, str]] = []
    grouped = table[table["kind"] == "defection"].groupby("month")
    for month, group in grouped:
        text = (
            f"{len(group)} of the elite break with the ruler"
            if len(group) > 1
            else describe_event(group.iloc[0], scenario)
        )
        lines.append(
            (
                int(month),
                str(group["date"].iloc[0]),
                int(group["number"].iloc[0]),
                28.0 + 4.0 * len(group),
                text,
            )
        )
    first_use: set[str] = set()
    for event in table[table["kind"] != "defection"].to_dict("records"):
        weight = float(EVENT_WEIGHTS[event["kind"]])
        if event["kind"] == "instrument":
            weight += 12.0 if event["instrument"] not in first_use else -15.0
            first_use.add(event["instrument"])
        lines.append(
            (
                int(event["month"]),
                str(event["date"]),
                int(event["number"]),
                weight,
                describe_event(event, scenario),
            )
        )
    chosen = sorted(
        sorted(lines, key=lambda line: -line[3])[:max_lines], key=lambda line: (line[0], line[2])
    )
    return [(date, number, text) for _, date, number, _, text in chosen]


def format_chronicle(
    events: pd.DataFrame, scenario: Any = None, max_lines: int = 60, numbered: bool = False
) -> str:
    """Return the history of one world in words, the weightiest events in order of time.

    Parameters
    ----------
    events : pandas.DataFrame
        Events of one world.
    scenario : Scenario, optional
        Gives the title and the labels of instruments of one's own.
    most : int
        How many lines at most; defections of one month share a line.
    numbered : bool
        Whether each line begins with the event's number.
    """
    chosen = most_important_events(events, scenario, max_lines)
    out = [scenario.title] if scenario is not None else []
    year = ""
    for date, number, text in chosen:
        if date[:4] != year:
            year = date[:4]
            out.append(year)
        out.append(f"  {date[5:7]}  " + (f"[{number}] " if numbered else "") + text)
    return "\n".join(out)


def group_lines_by_year(lines: list[str]) -> dict[str, list[str]]:
    """Return lines under the year each begins with; a line that begins with a month belongs to the
    year above it.

    Examples
    --------
    >>> group_lines_by_year(["1993-12 dissolution", "1994", "  03  election until 2000"])
    {'1993': ['1993-12 dissolution'], '1994': ['1994-03 election until 2000']}
    """
    years: dict[str, list[str]] = {}
    now = ""
    for line in filter(None, (line.strip() for line in lines)):
        found = re.match(r"\d{4}\b", line)
        now = found[0] if found else now
        if now and line != now:
            years.setdefault(now, []).append(re.sub(r"^(\d\d)\s+", rf"{now}-\1 ", line))
    return years


def build_event_explanation(
    event: Any, reasons: list[tuple[int, float]], scenario: Any
) -> EventExplanation:
    """Return why an event came about, from the numbers kept beside it."""
    rule = str(event["rule"])
    known = next((one for one in scenario.rules.rules if one.id == rule), RULE_REGISTRY.get(rule))
    text = f"{event['date']}: {describe_event(event, scenario)}"
    return EventExplanation(
        text,
        rule,
        known.claim if known else "",
        {codes.REASON_QUANTITIES[quantity]: value for quantity, value in reasons},
        known.theses if known else (),
        known.standing if known else "",
    )
