"""Oligarchs: insecure once property can be taken, and what those learn who have defected."""

from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_event
from poruka.engine.functions import clip01, relax
from poruka.engine.kinds import Stance
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind
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
    p = params.oligarchs
    # Compromising files are a bond and a threat (stay_and_leave_values), not part of this fear: an
    # amnesty should free men to leave (T050).
    economy = world.economy[0]
    society = world.society[0]
    risk = clip01(
        economy.property_risk
        + p.kin_risk * society.fear_of_kin
        + p.turnover_risk * society.turnover
    )
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        stake = oligarch.wealth / (oligarch.wealth + p.fortune)
        oligarch.insecurity = relax(
            oligarch.insecurity,
            clip01(risk * (1.0 - p.protection * oligarch.protection) * p.insecurity * stake),
            p.insecurity_rate,
        )
        oligarch.aspiration = relax(
            oligarch.aspiration, stake * oligarch.ambition, p.aspiration_rate
        )
        # Assets that went to foreigners were withheld from domestic owners (T045).
        oligarch.grievance = clip01(
            p.grievance_memory * oligarch.grievance + p.patriotism * economy.foreign_share * stake
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
    p = params.oligarchs
    society = world.society[0]
    index = world.index[0]
    punished = 0.0
    society.deterrence *= p.deterrence_memory
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.stance == Stance.PRISONER:
            punished += 1.0
            oligarch.sentence_months -= 1
            if oligarch.sentence_months <= 0 or uniform(stream, 0, i) < p.contrition * (
                1.0 - oligarch.boldness
            ):
                oligarch.stance = Stance.SILENT
                oligarch.grievance = clip01(oligarch.grievance + p.prison_grievance)
                log_event(
                    world,
                    EventKind.DEFECTOR_RETURN,
                    Entity.OLIGARCHS + i,
                    NOBODY,
                    oligarch.boldness,
                )
        elif oligarch.stance == Stance.EXILE:
            punished += p.exile_lesson
        elif oligarch.stance == Stance.OPPONENT:
            # Hope fades and files are opened: most give in before they are tried.
            fear = (
                (p.usual_fear + index.repression + society.deterrence)
                * oligarch.compromising_files
                * (1.0 - oligarch.boldness)
                * (1.0 - oligarch.believed_success)
            )
            if uniform(stream, 1, i) < p.giving_in * fear:
                oligarch.stance = Stance.SILENT
                oligarch.grievance = clip01(oligarch.grievance + p.defeat_grievance)
                log_event(world, EventKind.DEFECTOR_RETURN, Entity.OLIGARCHS + i, NOBODY, fear)
        elif oligarch.stance == Stance.SILENT or oligarch.stance == Stance.COOPTED:
            if uniform(stream, 2, i) < p.readmission:
                oligarch.stance = Stance.CLIENT
    # Unpunished criticism teaches the others that it is survivable; prison teaches the reverse for
    # a while.
    open_critics = 0.0
    for i in range(len(world.oligarchs)):
        open_critics += 1.0 if world.oligarchs[i].stance == Stance.CRITIC else 0.0
    oligarch_count = float(len(world.oligarchs))
    goal = clip01(
        p.plural_lesson * society.plural_clans
        + p.habit_lesson * society.habit
        + open_critics / oligarch_count
        - p.prison_lesson * punished / oligarch_count
        - p.repression_lesson * index.repression
    )
    society.safe_criticism = relax(society.safe_criticism, goal, p.lesson)
