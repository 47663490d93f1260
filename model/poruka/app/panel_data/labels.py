"""Labels that a visitor reads for what the state stores as codes and numbers."""

from typing import Any

from poruka.engine.codes import CONTENDERS, COURTS, OUTLET_OWNERS, POSTS, SPHERES, STANCES
from poruka.engine.state import Field, fields, tables
from poruka.utils.labels import format_label

SPHERE_MEANINGS = dict(
    zip(
        SPHERES,
        (
            "the strongest person who could take his seat",
            "a parliament that claims power too",
            "newspapers and broadcasters that do not follow his line",
            "regional heads with followings of their own",
            "courts and the election commission that may not obey",
            "organisations from which a rival could emerge",
            "people who demonstrate",
            "rich men who grumble, criticise or oppose",
            "a premier who accumulates power",
            "kin who overreach or wait to inherit power",
            "a presidential election that could be lost",
            "being held to account for irregular acts once out of office",
            "camps that arm themselves against each other",
            "hardship for which he is blamed",
            "rulers elsewhere are elected by the people and he is not",
            "a second office or an heir apparent",
        ),
        strict=True,
    )
)
"""Sphere of threat to what it means; its label stands in the table of labels."""

_CODE_LABELS = {
    "oligarchs.stance": STANCES,
    "oligarchs.post": tuple(post.removesuffix("_post") for post in POSTS),
    "outlets.owner": OUTLET_OWNERS,
    "commanders.stance": ("obeys", "stalls", "switches sides"),
    "constitution.mandate": ("from the party", "from parliament", "from the people"),
}
_REFERENCED_TABLES = {
    "clan": "clans",
    "leader": "oligarchs",
    "governor": "oligarchs",
    "party": "parties",
    "contender": "contenders",
    "target": "contenders",
    "heir": "contenders",
    "focal_challenger": "contenders",
    "claimant": "contenders",
    "choice": "contenders",
    "backing": "contenders",
    "bloc": "movements",
    "kin_tie": "oligarchs",
    "home_tie": "oligarchs",
    "patron_tie": "oligarchs",
}
_GROUP_TABLES = ("clans", "parties", "movements")


def agent_label(table: str, row: int) -> str:
    """Return the name of an agent.

    Examples
    --------
    >>> agent_label("oligarchs", 17), agent_label("contenders", 0), agent_label("president", 0)
    ('oligarch 17', 'ruler', 'president')
    """
    if table == "contenders":
        return format_label(CONTENDERS[row])
    if table == "courts":
        return format_label(COURTS[row])
    row_name = tables()[table].row_name
    return row_name if tables()[table].size == 1 else f"{row_name} {row}"


def contender_name(world: Any, row: int) -> str:
    """Return the name of a contender of a world, with the man behind it if there is one.

    The row of a leader of a bloc is used anew, so that its label alone does not say who he is.
    """
    contender, name = world.contenders[row], agent_label("contenders", row)
    person = referenced_agent(fields()["contenders.person"], contender, row)
    return f"{name} ({agent_label(*person)})" if person is not None else name


def format_field_value(field: Field, value: Any) -> str:
    """Return the text that shows the value of a field.

    Examples
    --------
    >>> from poruka.engine.state import fields
    >>> stance, health = fields()["oligarchs.stance"], fields()["president.health"]
    >>> format_field_value(stance, 3), format_field_value(health, 0.9512)
    ('opponent', '0.951')
    >>> format_field_value(fields()["deputies.seated"], True)
    'yes'
    >>> format_field_value(fields()["oligarchs.kin_tie"], -1)
    'nobody'
    >>> format_field_value(fields()["oligarchs.bloc"], -1)
    'none'
    """
    if field.kind == "flag":
        return "yes" if value else "no"
    if field.kind == "count":
        labels = _CODE_LABELS.get(field.key)
        if labels is not None and 0 <= int(value) < len(labels):
            return format_label(labels[int(value)])
        if field.unit == "row" and value < 0:
            return "none" if _REFERENCED_TABLES.get(field.name) in _GROUP_TABLES else "nobody"
        return f"{int(value)}"
    decimals = 1 if field.unit in ("years", "months", "seats") else 3
    return f"{float(value):.{decimals}f}"


def referenced_agent(field: Field, row: Any, row_number: int) -> tuple[str, int] | None:
    """Return the agent, as table and row, that a field of an agent refers to; None for none.

    Parameters
    ----------
    field : Field
    row : record
        The agent that has the field.
    row_number : int
        His place in his table.
    """
    if field.unit != "row":
        return None
    table = _REFERENCED_TABLES.get(field.name)
    if field.key == "clients.patron":
        table = "oligarchs" if row["layer"] == 1 else "clients"
    if field.name == "person":
        heirs = range(CONTENDERS.index("heir"), CONTENDERS.index("decoy"))
        table = "family" if field.table == "contenders" and row_number in heirs else "oligarchs"
    value = int(row[field.name])
    return (table, value) if table is not None and value >= 0 else None
