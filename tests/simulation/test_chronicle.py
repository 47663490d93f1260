"""Chronicles: events in words.

1. Every kind of event has words and a weight, and every event of real worlds can be told.
2. A chronicle tells at most what was asked for, in order of time.
"""

from worlds import many

from poruka.engine import codes
from poruka.simulation.chronicle import EVENT_WEIGHTS, describe_event, format_chronicle


def test_every_event_of_real_worlds_can_be_told():
    """Proposition 1."""
    assert set(EVENT_WEIGHTS) == set(codes.EVENT_KINDS)
    events = many().events
    sample = events.groupby("kind", observed=True).head(40)
    for event in sample.to_dict("records"):
        text = describe_event(event)
        assert text and "  " not in text.strip() and "{" not in text, f"{event['kind']}: {text!r}"


def test_a_chronicle_is_short_and_in_order():
    """Proposition 2."""
    e = many()
    text = format_chronicle(e.events[e.events["world"] == 3], e.scenario, max_lines=25)
    lines = [line for line in text.splitlines()[1:] if line.startswith("  ")]
    years = [int(line) for line in text.splitlines()[1:] if not line.startswith("  ")]
    assert 5 < len(lines) <= 25 and years == sorted(years) and years[0] >= 1990
