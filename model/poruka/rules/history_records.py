"""What a month adds to the history of a world beside the indices: wealth, media, reform."""

from poruka.engine.constants import TINY, TWO
from poruka.engine.jit import kernel
from poruka.engine.kinds import Current, OutletOwner


@kernel
def record_wealth(world):
    """Keep the shares of wealth that kin and outsiders hold, and the media of kin."""
    wealth, outsider_wealth = 0.0, 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        wealth += oligarch.wealth
        outsider_wealth += 0.0 if oligarch.eligible else oligarch.wealth
    kin_wealth = 0.0
    for m in range(len(world.family)):
        kin_wealth += world.family[m].wealth if world.family[m].active else 0.0
    history = world.history[0]
    history.kin_wealth_share = kin_wealth / max(wealth + kin_wealth, TINY)
    history.outsider_wealth_share = outsider_wealth / max(wealth + kin_wealth, TINY)
    history.media_of_kin = 0.0
    for o in range(len(world.outlets)):
        history.media_of_kin += (
            world.outlets[o].reach if world.outlets[o].owner == OutletOwner.KIN else 0.0
        )


@kernel
def record_reform_and_opposition(world):
    """Keep how far reform has come, how strong the old opposition is and how united."""
    economy = world.economy[0]
    history = world.history[0]
    clock = world.clock[0]
    history.foreign_share = economy.foreign_share
    history.reform = economy.reform
    if TWO * economy.reform < 1.0:
        history.half_reformed_month = clock.month + 1
    energy, older = 0.0, 0.0
    for m in range(len(world.movements)):
        if m != Current.RICH:
            energy += world.movements[m].energy if world.movements[m].active else 0.0
            older += 1.0
    history.old_opposition = energy / older
    history.coalition += (world.society[0].unity - history.coalition) / float(clock.month + 1)
