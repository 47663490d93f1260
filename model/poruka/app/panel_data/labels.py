"""Words a visitor reads for what the state stores as numbers."""

from typing import Any

from poruka.engine.codes import CONTENDERS, COURTS, OUTLET_OWNERS, POSTS, SPHERES, STANCES
from poruka.engine.state import Field, tables

SPHERE_WORDS = dict(
    zip(
        SPHERES,
        (
            ("a rival", "the strongest person who could take his seat"),
            ("the house", "a parliament that claims power too"),
            ("the press", "newspapers and broadcasters off his line"),
            ("the provinces", "regional heads with followings of their own"),
            ("the bench", "courts and commission that may not obey"),
            ("parties", "organisations out of which a rival could grow"),
            ("the street", "people who come out"),
            ("owners", "rich men who grumble, criticise or oppose"),
            ("the cabinet", "a premier who gathers power"),
            ("relatives", "kin who reach too far or wait for the legacy"),
            ("the vote", "a presidential election that could be lost"),
            ("what awaits him", "answering for irregular acts once out of office"),
            ("ethnic camps", "camps that arm themselves against each other"),
            ("blame", "hardship laid at his door"),
            ("a lesser mandate", "rulers elsewhere are chosen by the people and he is not"),
            ("the succession", "a second office or an heir apparent"),
        ),
        strict=True,
    )
)
"""Sphere to its name and meaning as a visitor reads them."""

_CODES = {
    "oligarchs.stance": STANCES,
    "oligarchs.post": tuple(word.removesuffix("_post") for word in POSTS),
    "outlets.owner": OUTLET_OWNERS,
    "commanders.stance": ("obeys", "stalls", "switches sides"),
    "constitution.mandate": ("from the party", "from parliament", "from the people"),
}
_LINKS = {
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
}


def plain(name: str) -> str:
    """Return a name as a reader sees it."""
    return "GDP" if name == "gdp" else name.replace("_", " ")


def agent(table: str, row: int) -> str:
    """Return what an agent is called.

    Examples
    --------
    >>> agent("oligarchs", 17), agent("contenders", 0), agent("president", 0)
    ('oligarch 17', 'ruler', 'president')
    """
    if table == "contenders":
        return plain(CONTENDERS[row])
    if table == "courts":
        return plain(COURTS[row])
    return (
        tables()[table].row_name
        if tables()[table].size == 1
        else f"{tables()[table].row_name} {row}"
    )


def amount(field: Field, value: Any) -> str:
    """Return a value of a field as a reader sees it.

    Examples
    --------
    >>> from poruka.engine.state import fields
    >>> known = fields()
    >>> amount(known["oligarchs.stance"], 3), amount(known["president.health"], 0.9512)
    ('opponent', '0.951')
    >>> amount(known["deputies.seated"], True)
    'yes'
    """
    if field.kind == "flag":
        return "yes" if value else "no"
    if field.kind == "count":
        codes = _CODES.get(field.key)
        return (
            plain(codes[int(value)])
            if codes is not None and 0 <= int(value) < len(codes)
            else "nobody"
            if field.unit == "row" and value < 0
            else f"{int(value)}"
        )
    return (
        f"{float(value):.1f}"
        if field.unit in ("years", "months", "seats")
        else f"{float(value):.3f}"
    )


def link(field: Field, row: Any, place: int) -> tuple[str, int] | None:
    """Return the agent that a field of the agent in a place of his table points to, if it does."""
    if field.unit != "row":
        return None
    table = _LINKS.get(field.name)
    if field.key == "clients.patron":
        table = "oligarchs" if row["layer"] == 1 else "clients"
    if field.name == "person":
        heirs = range(CONTENDERS.index("heir"), CONTENDERS.index("decoy"))
        table = "family" if field.table == "contenders" and place in heirs else "oligarchs"
    value = int(row[field.name])
    return (table, value) if table is not None and value >= 0 else None
