"""The office of the ruler where no theory speaks: when it exists, and who fills it.

The four rivals share this page. It holds no number, and nothing on it depends on how people think.

Equations
---------
office.open
    once rulers abroad are presidents (`neighbour_mandate` is 1 or more) so is this one; a vote is
    due after term_months
office.close
    an empty office goes to the deputy where the constitution has one, or else to an unknown
    a crisis that the theory does not know passes within its month

Symbols
-------
neighbour_mandate : variable abroad: the mandate of rulers nearby
term_months : of the constitution

References
----------
None: of all succession by death the theories on the other pages say nothing.
"""

from poruka.engine.event_log import log_event
from poruka.engine.jit import kernel
from poruka.engine.kinds import Crisis, External, Mandate, Role
from poruka.engine.record_kinds import Entity, EventKind, Exit
from poruka.engine.rule import rule
from poruka.engine.world_types import Parameters, Stream, World
from poruka.rules.forces.tenure import end_tenure, is_at_large


@kernel
def deputy_or_unknown(world: World):
    """Return the elected deputy if there is one at large, or else an unknown."""
    deputy = Role.VICE_PRESIDENT + 0
    if world.constitution[0].deputy_office and is_at_large(world.contenders[deputy]):
        return deputy
    world.contenders[Role.UNKNOWN].active = True
    return Role.UNKNOWN + 0


@rule(
    id="office.open",
    claim="Where rulers abroad become presidents, so does he, and a vote is due a term later.",
    standing="assumption",
)
def open_presidency(world: World, params: Parameters, stream: Stream):
    """Make the ruler president when his peers are."""
    constitution = world.constitution[0]
    peers = world.outsides[External.NEIGHBOUR_MANDATE].value
    if constitution.mandate != Mandate.NONE or peers < 1.0:
        return
    constitution.mandate = Mandate.OF_PARLIAMENT
    constitution.president_due = world.clock[0].month + constitution.term_months
    log_event(world, EventKind.LAW, Entity.PARLIAMENT, Entity.PRESIDENT, 1.0)


@rule(
    id="office.close",
    claim="An empty office goes to the deputy or to an unknown; any other crisis passes.",
    standing="assumption",
)
def close_month(world: World, params: Parameters, stream: Stream):
    """Fill an empty office, and let any other crisis pass."""
    crisis = world.crisis[0]
    if crisis.kind == Crisis.VACANCY:
        end_tenure(world, params, stream, deputy_or_unknown(world), Exit.HEIR)
    crisis.kind, crisis.heat, crisis.claimant = Crisis.NONE, 0.0, -1
