"""A rival account of succession: three rules in the places of three of the usual ones.

After H. Hale's theory of patronal presidents, in words of our own. Men of property
follow whoever they expect to hold the highest office tomorrow. A ruler whose end is in
sight, by age, by health or by a term with no other behind it, is a lame duck. That
alone he survives, and being disliked alone he survives; where both meet, each man
leaves because he expects the others to, and the seat falls. Whether his heir or a
challenger takes it is then a question of how well liked he was.

The usual account, by contrast, lets the rich break away over insecure property, living
loyalties and grievance, whatever the month of the regime's life.
``python notebooks/rival_succession.py -n 150`` plays both and asks the record.
"""

import argparse

import pandas as pd

import poruka as pk
from poruka.engine.codes import NOBODY, OUTCOMES
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.kinds import Crisis, Role, Stance
from poruka.engine.random_streams import normal, uniform
from poruka.engine.record_kinds import Entity, EventKind, Exit, Reason
from poruka.engine.rule import Schedule, rule
from poruka.rules.forces.tenure import end_tenure
from poruka.rules.schedule import SCHEDULE

# Numbers the package does not declare; all are assumptions, and none was chosen to fit
# a figure of the record.

# share of the elite (0-1) that has to be gone before the seat itself is lost
MAJORITY = 0.5
# utility (-2 to 2), about as in the usual rule: how near leaving a man is who mutters,
# or speaks
GRUMBLES, CRITICISES = -0.3, -0.15
# chance per month (0-1): that a critic is heard
SPEAKING = 0.3
# utility (0-1), as in the usual rule: what a man's month adds to his reckoning
NOISE = 0.1
# share per month (0-1): how long defections count as one wave
FADING = 0.75
# persons and months, as in the usual rule: what makes a wave, when the next can come
WAVE = 3.0
# rounds of news within a month: what one week brings is known in the next
ROUNDS = 4
# share of the worst score (0-1): figures that differ by less are won by neither account
EVEN = 0.01


@kernel
def lame_duck(world):
    """Return how far everyone expects the ruler to leave: by age and health, by a term
    with no sure one behind it, or by his own word.
    """
    president = world.president[0]
    society = world.society[0]
    body = president.expected_end
    term = society.election_near * (1.0 - society.uncontested)
    if world.constitution[0].sole_candidate:
        term = 0.0  # the longer term is in sight
    if president.ready_to_go:
        term = 1.0
    return clip01(1.0 - (1.0 - body) * (1.0 - term))


@kernel
def unpopular(world):
    """Return how disliked the ruler is: what approval of his record and person leaves
    over.
    """
    return clip01(1.0 - world.president[0].approval)


@kernel
def expected_fall(world):
    """Return how far his fall is expected where nobody has left yet: a lame duck who is
    liked and a disliked man with years to go are both safe.
    """
    return min(lame_duck(world), unpopular(world))


@kernel
def gain_and_loss(params, oligarch, fall):
    """Return what leaving and staying are worth to a man who expects the ruler to fall
    with a given chance.
    """
    loss = (1.0 - fall) * params.oligarchs.punishment * oligarch.compromising_files
    leave = fall - loss
    stay = (1.0 - fall) * oligarch.nearness
    return leave, stay


@kernel
def count_wave(world, moved):
    """Tell a wave where enough have left within a few months."""
    society = world.society[0]
    before = society.moving
    society.moving = FADING * society.moving + moved
    if before < WAVE <= society.moving:
        log_event(
            world, EventKind.DEFECTION_WAVE, NOBODY, Entity.MOVEMENTS, society.moving
        )


@rule(
    id="rival.defect",
    claim=(
        "A rich man leaves the ruler when he expects the others to, as they will where"
        " a man whose end is in sight is also disliked."
    ),
    standing="assumption",
    mechanism="M3.defection",
    register=False,
)
def defect(world, params, stream):
    society = world.society[0]
    ground = expected_fall(world)
    count = max(1.0, float(len(world.oligarchs)))
    total = 0
    for step in range(ROUNDS):
        gone = 0.0
        for i in range(len(world.oligarchs)):
            oligarch = world.oligarchs[i]
            oligarch.seen_out = oligarch.stance == Stance.OPPONENT
            gone += 1.0 if oligarch.seen_out else 0.0
        # Each who is seen to leave makes the fall likelier, but only where there was
        # ground to expect it.
        fall = clip01(ground * (1.0 + params.oligarchs.hope * gone / count))
        moved = 0
        for i in range(len(world.oligarchs)):
            oligarch = world.oligarchs[i]
            if oligarch.stance >= Stance.OPPONENT:
                continue
            leave, stay = gain_and_loss(params, oligarch, fall)
            push = (
                leave
                - stay
                - params.oligarchs.inertia
                + params.oligarchs.temper * (2.0 * oligarch.boldness - 1.0)
                + NOISE * normal(stream, step, i)
            )
            oligarch.believed_success = fall
            if push > 0.0:
                oligarch.stance = Stance.OPPONENT
                oligarch.post = 0
                moved += 1
                world.history[0].shut_out_defections += (
                    1 if oligarch.horde != world.president[0].horde else 0
                )
                world.history[0].young_defections += 1 if oligarch.regime_made else 0
                place = log_event(
                    world,
                    EventKind.DEFECTION,
                    Entity.OLIGARCHS + i,
                    Entity.PRESIDENT,
                    push,
                )
                log_reason(world, place, Reason.BELIEVED_SUCCESS, fall)
                log_reason(
                    world, place, Reason.EXPECTED_END, world.president[0].expected_end
                )
                log_reason(world, place, Reason.APPROVAL, world.president[0].approval)
                log_reason(world, place, Reason.LEAVE, leave)
                log_reason(world, place, Reason.STAY, stay)
            elif step == 0:
                stance = (
                    Stance.CRITIC
                    if push > CRITICISES and society.safe_criticism > 0.2
                    else Stance.GRUMBLER
                    if push > GRUMBLES
                    else Stance.CLIENT
                )
                if (
                    stance == Stance.CRITIC
                    and oligarch.stance < Stance.CRITIC
                    and uniform(stream, 20, i) < SPEAKING
                ):
                    log_event(
                        world,
                        EventKind.CRITICISM,
                        Entity.OLIGARCHS + i,
                        Entity.PRESIDENT,
                        push,
                    )
                oligarch.stance = stance
        total += moved
        if moved == 0:
            break
    count_wave(world, total)


@kernel
def heir_of(world):
    """Return the contender who stands for more of the same: the heir he has named, or
    an unknown where he means to go; -1 if nobody does.
    """
    president = world.president[0]
    named = int(president.heir)
    if named >= 0 and world.contenders[named].active:
        return named
    return (
        Role.UNKNOWN
        if president.ready_to_go and world.contenders[Role.UNKNOWN].active
        else -1
    )


@kernel
def challenger_of(world):
    """Return the contender the opposition gathers round, if he is free to take the
    seat; -1 if nobody is.
    """
    pole = int(world.society[0].focal_challenger)
    if pole < 1 or pole >= Role.HEIR:
        return -1
    contender = world.contenders[pole]
    return (
        pole if contender.active and not (contender.jailed or contender.exiled) else -1
    )


@rule(
    id="rival.hand_over",
    claim=(
        "A lame duck who is liked makes way for his heir; one who is disliked loses"
        " the seat once most of the elite has left him."
    ),
    standing="assumption",
    mechanism="M10.handover",
    register=False,
)
def hand_over(world, params, stream):
    president = world.president[0]
    index = world.index[0]
    crisis = world.crisis[0]
    if crisis.kind == Crisis.VACANCY or not world.constitution[0].independent:
        return
    if index.defected_share > MAJORITY and uniform(
        stream, 1, 0
    ) < params.succession.leaving * expected_fall(world):
        crisis.kind = Crisis.VACANCY  # who takes it is the next rule's question
        return
    heir = heir_of(world)
    heir_chance = clip01(index.monolith * (1.0 - unpopular(world)))
    staying = 1.0 - lame_duck(world)
    if heir >= 0 and uniform(stream, 0, 0) < params.succession.leaving * clip01(
        heir_chance - staying
    ):
        place = log_event(
            world,
            EventKind.HANDOVER,
            Entity.PRESIDENT,
            Entity.CONTENDERS + heir,
            heir_chance,
        )
        log_reason(world, place, Reason.HEIR_CHANCE, heir_chance)
        log_reason(world, place, Reason.EXPECTED_END, president.expected_end)
        world.constitution[0].immunity = True
        end_tenure(world, params, stream, heir, Exit.HEIR)


@rule(
    id="rival.fill",
    claim=(
        "Everybody runs to the likely winner: an empty seat goes to the heir of a man"
        " who was liked and to the challenger of a man who was not."
    ),
    standing="assumption",
    mechanism="M10.vacancy",
    register=False,
)
def fill(world, params, stream):
    if world.crisis[0].kind != Crisis.VACANCY:
        return
    disliked = unpopular(world)
    heir, challenger = heir_of(world), challenger_of(world)
    if challenger >= 0 and (heir < 0 or uniform(stream, 0, 0) < disliked):
        winner, how = challenger, Exit.ROTATION
    else:
        # With nobody named, the court finds somebody nobody has heard of.
        world.contenders[Role.UNKNOWN].active = True
        winner, how = heir if heir >= 0 else Role.UNKNOWN, Exit.HEIR
    place = log_event(
        world,
        EventKind.SUCCESSION_AGREEMENT,
        Entity.CONTENDERS + winner,
        NOBODY,
        1.0 - disliked,
    )
    log_reason(world, place, Reason.APPROVAL, 1.0 - disliked)
    log_reason(world, place, Reason.POWER, world.index[0].defected_share)
    end_tenure(world, params, stream, winner, how)


def rules() -> Schedule:
    """Return the month with the rival account in place of the usual one; each rule
    keeps the draws of the one it replaces.
    """
    return (
        SCHEDULE.replace("oligarchs.defect", defect)
        .replace("succession.hand_over", hand_over)
        .replace("succession.fill", fill)
    )


def compare(
    country: str, worlds: int, seed: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Play a country by both accounts with the same seeds.

    Returns
    -------
    figures : pandas.DataFrame
        One row for each scored figure of the record: figure, role, value, plain, then
        usual and rival (scores from 0 to 1, smaller is better), and better.
    outcomes : pandas.DataFrame
        Shares of how the first change of ruler went: usual, rival.
    """
    scenario = pk.load(country)
    played = {
        name: pk.simulate(one, worlds=worlds, seed=seed)
        for name, one in (("usual", scenario), ("rival", scenario.with_rules(rules())))
    }
    scores = {name: e.score().figures.set_index("figure") for name, e in played.items()}
    figures = scores["usual"][["role", "value", "plain"]].assign(
        usual=scores["usual"]["score"], rival=scores["rival"]["score"]
    )
    gap = figures["usual"] - figures["rival"]
    figures["better"] = gap.map(
        lambda one: "even" if abs(one) <= EVEN else "rival" if one > 0.0 else "usual"
    )
    shares = {
        name: e.outcomes["outcome"]
        .value_counts(normalize=True)
        .reindex(OUTCOMES, fill_value=0.0)
        for name, e in played.items()
    }
    return figures.reset_index(), pd.DataFrame(shares)


def tell_comparison(country: str, worlds: int, seed: int) -> None:
    """Print the comparison of one country."""
    figures, outcomes = compare(country, worlds, seed)
    print(
        f"{country}, {worlds} worlds, seed {seed}:"
        " scores against the record (0 as recorded, 1 at worst)\n"
    )
    print(figures.to_string(index=False, float_format=lambda x: f"{x:.3f}"))
    wins = figures["better"].value_counts()
    print(
        f"\nmean score           usual {figures['usual'].mean():.3f}   rival"
        f" {figures['rival'].mean():.3f}   plain {figures['plain'].mean():.3f}"
    )
    print(
        f"figures won          usual {wins.get('usual', 0)}   rival"
        f" {wins.get('rival', 0)}   even"
        f" {wins.get('even', 0)} (within {EVEN})\n"
    )
    print((100.0 * outcomes).to_string(float_format=lambda x: f"{x:.1f} %"), "\n")


def main() -> None:
    """Play both accounts on the countries that have a record."""
    parser = argparse.ArgumentParser(
        description="Two accounts of succession against the record."
    )
    parser.add_argument(
        "-n",
        "--worlds",
        type=int,
        default=150,
        help="worlds for each account and country (150)",
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of all of them (1)")
    parser.add_argument(
        "countries",
        nargs="*",
        default=["kazakhstan", "russia"],
        help="scenarios with a record (kazakhstan russia)",
    )
    given = parser.parse_args()
    for country in given.countries:
        tell_comparison(country, given.worlds, given.seed)


if __name__ == "__main__":
    # The rules are compiled under the name of their module, so a script takes them from
    # there and shares what tests and notebooks compiled.
    from rival_succession import main as same_main

    same_main()
