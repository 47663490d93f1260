"""Oligarchs: insecure once property can be taken, and what those learn who have defected."""

from poruka.engine.codes import (
    ENTITY_OLIGARCHS,
    EVENT_DEFECTOR_RETURN,
    NOBODY,
    STANCE_CLIENT,
    STANCE_COOPTED,
    STANCE_CRITIC,
    STANCE_EXILE,
    STANCE_OPPONENT,
    STANCE_PRISONER,
    STANCE_SILENT,
)
from poruka.engine.event_log import log_event
from poruka.engine.functions import clip01, relax
from poruka.engine.random_streams import uniform
from poruka.engine.rule import rule


@rule(
    id="oligarchs.fear_loss",
    claim=(
        "The richer a man is the more he has to lose: what power gave, power can take, so"
        " insecurity grows with fortune and with what is seen to happen to others."
    ),
    theses=["T041", "T045", "T050", "T057"],
    locator="The New Opposition",
    standing="stated",
    mechanism="M3.insecurity",
)
def fear_loss(world, params, stream):
    # Compromising files are a bond and a threat (stay_and_leave_values), not part of this fear: an
    # amnesty should free men to leave (T050).
    economy = world.economy[0]
    society = world.society[0]
    risk = clip01(economy.property_risk + 0.5 * society.fear_of_kin + 0.15 * society.turnover)
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        stake = oligarch.wealth / (oligarch.wealth + params.oligarchs.fortune)
        oligarch.insecurity = relax(
            oligarch.insecurity,
            clip01(risk * (1.0 - 0.5 * oligarch.protection) * 1.6 * stake),
            0.15,
        )
        oligarch.aspiration = relax(oligarch.aspiration, stake * oligarch.ambition, 0.05)
        # Assets that went to foreigners were withheld from domestic owners (T045).
        oligarch.grievance = clip01(
            0.985 * oligarch.grievance + params.oligarchs.patriotism * economy.foreign_share * stake
        )


@rule(
    id="oligarchs.settle",
    claim=(
        "Those who lived through a crushed wave keep their grievance and learn what dissent costs;"
        " who repents is let back, who is called back takes a post."
    ),
    theses=["T080", "T082", "T084"],
    locator="Crushing the New Opposition",
    standing="stated",
    mechanism="M3.aftermath",
)
def process_aftermath(world, params, stream):
    society = world.society[0]
    index = world.index[0]
    punished = 0.0
    society.deterrence *= 0.965
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.stance == STANCE_PRISONER:
            punished += 1.0
            oligarch.sentence_months -= 1
            if oligarch.sentence_months <= 0 or uniform(stream, 0, i) < 0.03 * (
                1.0 - oligarch.boldness
            ):
                oligarch.stance = STANCE_SILENT
                oligarch.grievance = clip01(oligarch.grievance + 0.3)
                log_event(
                    world, EVENT_DEFECTOR_RETURN, ENTITY_OLIGARCHS + i, NOBODY, oligarch.boldness
                )
        elif oligarch.stance == STANCE_EXILE:
            punished += 0.5
        elif oligarch.stance == STANCE_OPPONENT:
            # Hope fades and files are opened: most give in before they are tried.
            fear = (
                (0.25 + index.repression + society.deterrence)
                * oligarch.compromising_files
                * (1.0 - oligarch.boldness)
                * (1.0 - oligarch.believed_success)
            )
            if uniform(stream, 1, i) < params.oligarchs.giving_in * fear:
                oligarch.stance = STANCE_SILENT
                oligarch.grievance = clip01(oligarch.grievance + 0.15)
                log_event(world, EVENT_DEFECTOR_RETURN, ENTITY_OLIGARCHS + i, NOBODY, fear)
        elif oligarch.stance == STANCE_SILENT or oligarch.stance == STANCE_COOPTED:
            if uniform(stream, 2, i) < 0.02:
                oligarch.stance = STANCE_CLIENT
    # Unpunished criticism teaches the others that it is survivable; prison teaches the reverse for
    # a while.
    open_critics = 0.0
    for i in range(len(world.oligarchs)):
        open_critics += 1.0 if world.oligarchs[i].stance == STANCE_CRITIC else 0.0
    oligarch_count = float(len(world.oligarchs))
    goal = clip01(
        0.5 * society.plural_clans
        + 0.6 * society.habit
        + open_critics / oligarch_count
        - 2.0 * punished / oligarch_count
        - 0.3 * index.repression
    )
    society.safe_criticism = relax(society.safe_criticism, goal, params.oligarchs.lesson)
