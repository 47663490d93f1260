"""Elections: who is let in, what citizens choose, what governors add, what is published, and the gap people can tell."""

from ..actors.citizens import distance, dread_of, gain_of, nearness_to_ruler, record_of, worth_of_ruler
from ..events import because, tell
from ..forms import share, toward
from ..jit import kernel
from ..names import (AT_CONTENDERS, AT_PARLIAMENT, AT_PRESIDENT, DECOY, EMPTY_SEAT, EVENT_ELECTION, HEIR, LAPSED, NOBODY, ROTATION_EXIT, RULER,
                     STOLEN_VOTE, TITULARS, MINORITIES, WHY_ADDED_SHARE, WHY_BELIEF, WHY_SUPPORT)
from ..rules import rule
from ..streams import normal, uniform
from .succession import leave_seat


@kernel
def _admit(world, params):
    """Let contenders on the ballot who have declared, are free, and pass the barrier; return how many there are."""
    constitution = world.constitution[0]
    admitted = 0
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        free = contender.active and contender.open and not (contender.barred or contender.jailed or contender.exiled or contender.coopted)
        reach = contender.organisation + 0.4 * contender.money + 0.3 * contender.office + 0.25
        contender.on_ballot = free and j < HEIR or (free and j == DECOY)
        if constitution.sole_candidate or (j != DECOY and reach < 0.1 + 0.38 * constitution.registration_barrier):
            contender.on_ballot = False
        admitted += 1 if contender.on_ballot else 0
    return admitted


@kernel
def _count_votes(world, params, stakes):
    """Count true votes among those let in and return the ruler's true share."""
    seats = len(world.contenders)
    society = world.society[0]
    record = record_of(world, params)
    for j in range(seats):
        contender = world.contenders[j]
        contender.votes = 0.0
    cast = 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        group = MINORITIES if citizen.minority else TITULARS
        own = worth_of_ruler(world, params, citizen, record)
        best, choice, risk = 0.0, RULER, 0.0
        for j in range(1, seats):
            contender = world.contenders[j]
            if not contender.active or contender.jailed or contender.exiled:
                continue
            far = distance(citizen, contender, society.polarisation)
            gain = gain_of(params, citizen, contender, society.solidarity, own, far) - stakes * dread_of(params, citizen, contender, far)
            # A name on the ballot is itself a reason to believe.
            belief = share(world.beliefs[group * seats + j].believed_chance + (0.3 if contender.on_ballot else 0.0))
            risk = max(risk, -stakes * belief * gain)
            worth = belief * gain - (1.0 - belief) * params.citizens.futility * stakes
            if contender.on_ballot and worth > best:
                best, choice = worth, j
        afraid = params.citizens.other_camp * risk
        if best <= afraid:
            choice = RULER
        chosen_contender = world.contenders[choice]
        # Without a man of his own he judges how he is ruled, not where the ruler stands.
        ruled = own - nearness_to_ruler(world, citizen) + afraid
        if choice == RULER and ruled < -0.4:
            continue  # nobody to vote for: he stays at home
        cast += 1.0
        if choice != RULER or ruled > -0.18:
            chosen_contender.votes += 1.0  # else his vote is against everybody
    for j in range(seats):
        contender = world.contenders[j]
        contender.votes /= max(1.0, cast)
    return world.contenders[RULER].votes


@rule(id="elections.calendar", claim="Every due date follows from the constitution in force; its nearness opens opportunity for rivals.",
      theses=["T012", "T101"], locator="Opposition: The Peril of Moderates", standing="operationalised", mechanism="M8.calendar")
def calendar(world, params, stream):
    constitution = world.constitution[0]
    society = world.society[0]
    clock = world.clock[0]
    months = constitution.president_due - clock.month
    society.election_near = share(1.0 - months / params.elections.horizon_months) if constitution.mandate >= 1 else 0.0
    society.uncontested = toward(society.uncontested, share(constitution.registration_barrier + 0.3 * world.index[0].media_control), 0.1)


@rule(id="elections.president", claim="Citizens choose the lesser evil among those admitted; appointed governors add what they can; what is published is believed as far as the gap cannot be seen.",
      theses=["T012", "T056", "T075", "T083", "T098", "T123"], locator="The Elections of 1999", standing="stated", mechanism="M8.vote")
def elect_president(world, params, stream):
    constitution = world.constitution[0]
    society = world.society[0]
    president = world.president[0]
    clock = world.clock[0]
    crisis = world.crisis[0]
    history = world.history[0]
    if constitution.mandate < 1 or clock.month < constitution.president_due or crisis.kind == EMPTY_SEAT:
        return
    admitted = _admit(world, params)
    true_share = _count_votes(world, params, 1.0)
    means = params.elections.addition * society.delivering * (1.0 if constitution.governors_appointed else 0.35) + constitution.count_control
    added = share(means) * (1.0 - true_share)
    official = share(true_share + added)
    best, second = 0.0, -1
    history.rival_share = 0.0
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        left = contender.votes / max(1e-9, 1.0 - true_share) * (1.0 - official) if true_share < 1.0 else 0.0
        contender.published_share = left if contender.on_ballot else 0.5 * contender.published_share
        if left > best:
            best, second = left, j
        if j != DECOY and contender.on_ballot:
            history.rival_share = max(history.rival_share, left)
    place = tell(world, EVENT_ELECTION, AT_PRESIDENT, AT_CONTENDERS + second if second >= 0 else NOBODY, official)
    because(world, place, WHY_SUPPORT, true_share)
    because(world, place, WHY_ADDED_SHARE, added)
    history.elections += 1
    if history.elections == 1:
        history.first_election_share, history.first_election_month = official, clock.month
    elif history.elections == 2:
        history.second_election_share, history.second_election_month = official, clock.month
    history.last_election_share = official
    society.contested = share(society.contested + 0.35 * min(1.0, admitted / 3.0) * (1.0 - official) * 2.0)
    constitution.mandate = 2
    constitution.sole_candidate = False
    constitution.president_due = clock.month + constitution.term_months
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        contender.barred = False
        if j == DECOY:
            contender.active = False
    fraud = added / max(0.05, 1.0 - official + added) * (1.0 - true_share)
    if official > 0.5 and true_share >= 0.5:
        president.honeymoon = min(0.3, president.honeymoon + 0.05 + 0.10 * true_share)
        crisis.kind = STOLEN_VOTE if fraud > 0.25 and admitted > 0 else crisis.kind
        crisis.heat = share(0.7 * fraud) if crisis.kind == STOLEN_VOTE else crisis.heat
    elif official > 0.5:
        crisis.kind = STOLEN_VOTE
        crisis.heat = share(0.35 + fraud + 0.6 * (0.5 - true_share))
        crisis.claimant = second
    elif second >= 0:
        # Even what is published is lost. He goes by himself only where law binds him and he has little to answer for (T123).
        goes = share(society.law_custom * (1.0 - 0.6 * min(1.0, president.guilt)) + 0.3 * society.habit * society.habit - 0.15)
        place = tell(world, EVENT_ELECTION, AT_CONTENDERS + second, AT_PRESIDENT, best)
        because(world, place, WHY_BELIEF, goes)
        if uniform(stream, 0, 0) < goes:
            leave_seat(world, params, stream, second, ROTATION_EXIT)
        else:
            crisis.kind = STOLEN_VOTE
            crisis.heat = share(0.6 + 0.6 * (0.5 - true_share))
            crisis.claimant = second


@kernel
def _fill_seat(world, params, stream, i, upper, free):
    """Decide how one deputy gets in: from a list, by a district governors control, or by winning a real contest."""
    constitution = world.constitution[0]
    society = world.society[0]
    deputy = world.deputies[i]
    deputy.seated, deputy.upper = True, upper
    deputy.bought, deputy.cowed, deputy.opposition, deputy.yes = 0.0, 0.0, False, True
    deputy.boldness = uniform(stream, 1, i)
    deputy.clan = int(uniform(stream, 2, i) * len(world.clans))
    deputy.party = -1
    if upper or uniform(stream, 3, i) < constitution.managed_list:
        deputy.free = 0.1
        deputy.bought = 0.6
        return 0.0
    deputy.free = free
    # Votes for a house are not about real power, so discontent shows in them (T075).
    against = share(society.discontent + 0.15 * society.unity)
    wins = against * (0.35 + 0.65 * free)
    if uniform(stream, 4, i) < wins:
        deputy.opposition = True
        deputy.party = _party_of(world, stream, i)
        return 1.0
    deputy.bought = 0.5 * (1.0 - free)
    return 0.0


@kernel
def _party_of(world, stream, i):
    """Return the opposition party an opposition deputy stands for, or -1."""
    total = 0.0
    for p in range(len(world.parties)):
        party = world.parties[p]
        if party.active and party.registered and not party.pocket:
            total += party.organisation
    mark = uniform(stream, 5, i) * max(total, 1e-9)
    for p in range(len(world.parties)):
        party = world.parties[p]
        if party.active and party.registered and not party.pocket:
            mark -= party.organisation
            if mark <= 0.0:
                return p
    return -1


@rule(id="elections.parliament", claim="A house is as free as the commissions that admit its candidates; appointed chains fill it with the obedient, but discontent slips through.",
      theses=["T059", "T065", "T075", "T077", "T099"], locator="Opposition: The Peril of Moderates", standing="stated", mechanism="M8.house")
def elect_parliament(world, params, stream):
    constitution = world.constitution[0]
    parliament = world.parliament[0]
    society = world.society[0]
    clock = world.clock[0]
    if clock.month < constitution.parliament_due:
        return
    if parliament.sits:
        world.history[0].last_house_ended = LAPSED
    managed = constitution.registration_barrier + (0.35 * society.delivering if constitution.governors_appointed else 0.1)
    free = share(1.0 - managed)
    lower = min(int(constitution.lower_size), len(world.deputies))
    upper = min(int(constitution.upper_size), len(world.deputies) - lower)
    for i in range(len(world.deputies)):
        world.deputies[i].seated = False
    against = 0.0
    for i in range(lower + upper):
        against += _fill_seat(world, params, stream, i, i >= lower, free)
    size = float(lower + upper)
    parliament.sits = True
    parliament.seats = size
    parliament.freedom = free
    parliament.opposition_seats = against / size
    parliament.legitimacy = share(0.35 + 0.5 * free + 0.1 * normal(stream, 6, 0))
    parliament.cohesion = 1.0
    # Rules that broke the law leave a pretext behind (T099): decree rules, lists, a count helped along.
    parliament.tainted = constitution.managed_list + constitution.count_control + constitution.registration_barrier > 0.45
    parliament.chair_empty = True
    parliament.local_councils = not constitution.governors_appointed or parliament.local_councils
    parliament.dissent = 0.3
    parliament.conflict *= 0.35  # a new house has yet to find its quarrel
    constitution.decree_power = False
    constitution.parliament_due = clock.month + constitution.parliament_term_months
    # Twice dissolved, a house fears a third time; the fear fades unless renewed.
    parliament.fear_of_dissolution = share(0.45 * world.history[0].dissolutions)
    for m in range(len(world.movements)):
        movement = world.movements[m]
        movement.seats = 0.0
    for p in range(len(world.parties)):
        party = world.parties[p]
        party.seats = 0.0
    for i in range(lower):
        if world.deputies[i].party >= 0:
            seated_party = world.parties[world.deputies[i].party]
            seated_party.seats += 1.0 / size
            for m in range(len(world.movements)):
                if world.movements[m].contender == seated_party.contender:
                    movement = world.movements[m]
                    movement.seats += 1.0 / size
    society.contested = share(society.contested + 0.2 * free)
    place = tell(world, EVENT_ELECTION, NOBODY, AT_PARLIAMENT, against / size)
    because(world, place, WHY_SUPPORT, free)
