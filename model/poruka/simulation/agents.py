"""Mesa agents of one world: live views of the rows of its tables.

An agent holds no state of its own. Reading or writing an attribute reads or writes the field of its
row, so that agents, rules and tables always agree.
"""

from typing import Any

import mesa

from poruka.engine.state import tables
from poruka.utils.errors import unknown_name_error

_OWN_ATTRIBUTES = ("model", "row", "unique_id", "pos")


class AgentView(mesa.Agent):
    """One row of a world as an agent: its attributes are the fields of the row."""

    table = ""

    def __init__(self, model: Any, row: int):
        super().__init__(model)
        self.row = row

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in _OWN_ATTRIBUTES:
            raise AttributeError(name)
        self._require_field(name)
        return getattr(self.model.world, type(self).table)[name][self.row].item()

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._field_names():
            getattr(self.model.world, type(self).table)[name][self.row] = value
        elif name in _OWN_ATTRIBUTES or name.startswith("_"):
            object.__setattr__(self, name, value)
        else:
            self._require_field(name)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.row}>"

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._field_names()]

    @classmethod
    def _field_names(cls) -> set[str]:
        return {field.name for field in tables()[cls.table].fields}

    @classmethod
    def _require_field(cls, name: str) -> None:
        names = cls._field_names()
        if name not in names:
            error = unknown_name_error(f"field of a {tables()[cls.table].row_name}", name, names)
            raise AttributeError(f"{error} `dir(agent)` lists them.")


def _make_agent_class(name: str, table: str) -> type[AgentView]:
    meaning = tables()[table].meaning
    return type(
        name,
        (AgentView,),
        {"table": table, "__doc__": f"{meaning[0].upper()}{meaning[1:]}.", "__module__": __name__},
    )


President = _make_agent_class("President", "president")
Premier = _make_agent_class("Premier", "premier")
Citizen = _make_agent_class("Citizen", "citizens")
Oligarch = _make_agent_class("Oligarch", "oligarchs")
Clan = _make_agent_class("Clan", "clans")
Kinsman = _make_agent_class("Kinsman", "family")
Contender = _make_agent_class("Contender", "contenders")
Deputy = _make_agent_class("Deputy", "deputies")
Region = _make_agent_class("Region", "regions")
Party = _make_agent_class("Party", "parties")
Movement = _make_agent_class("Movement", "movements")
Outlet = _make_agent_class("Outlet", "outlets")
Court = _make_agent_class("Court", "courts")
Commander = _make_agent_class("Commander", "commanders")
Client = _make_agent_class("Client", "clients")
AGENT_CLASSES = (
    President,
    Premier,
    Citizen,
    Oligarch,
    Clan,
    Kinsman,
    Contender,
    Deputy,
    Region,
    Party,
    Movement,
    Outlet,
    Court,
    Commander,
    Client,
)
"""All classes of agents, in the order in which a model creates them."""
