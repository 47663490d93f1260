"""Names in data of the ruler's instruments: their verbs, what they need, through whom they act."""

from poruka.engine.codes import names_of
from poruka.engine.instrument_kinds import Condition, Tool, Verb
from poruka.engine.state import read_data_file

VERBS = names_of(Verb, " ".join(read_data_file("instruments")["verbs"]))
CONDITIONS = names_of(Condition, " ".join(read_data_file("instruments")["conditions"]))
TOOLS = names_of(Tool, "himself courts governors chamber troops press_tool kin_tool money")
