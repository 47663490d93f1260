"""What the model says about a channel: the link, its rule, its theses and what stands for it."""

from poruka.engine.channels import channels
from poruka.scenario.channel_settings import PREFIX


def explain_channel(name: str) -> str | None:
    """Return the explanation of a channel by key or name, None for any other name.

    Examples
    --------
    >>> explain_channel("channels.worth_of_rules").splitlines()[1]
    'works in the rule oligarchs.defect; theses T021 T024 T040 T041 T042 T118'
    """
    channel = channels().get(name.removeprefix(PREFIX))
    if channel is None:
        return None
    each = f"one of the {channel.of} at a time" if channel.of else "the world as a whole"
    return "\n".join(
        [
            f"channel {channel.key}: {channel.meaning}",
            f"works in the rule {channel.rule}; theses {' '.join(channel.theses)}",
            f"concerns {each}",
            f"off: {channel.key} = 'held' gives its mean over base worlds of the country, 'donor'"
            " what it was in another base world of the same month",
        ]
    )
