"""The order of a month: one list, from abroad to the books."""

from poruka.engine.rule import RuleBook
from poruka.rules import indices, initial_state
from poruka.rules.actors import (
    appointments,
    beliefs,
    citizens,
    clans,
    commanders,
    courts,
    family,
    instrument_choice,
    oligarchs,
    opposition,
    parliament,
    parties,
    patronage,
    president,
    press,
    regions,
)
from poruka.rules.forces import (
    ageing,
    crisis,
    economy,
    elections,
    ethnic_conflict,
    external_shocks,
    institutions,
    interventions,
    parliament_elections,
    privatisation,
    succession,
)

MONTH = RuleBook(
    (
        # what an experimenter asks for
        interventions.strike,
        # abroad and economy
        external_shocks.strike,
        external_shocks.fade,
        external_shocks.judge,
        institutions.stand,
        elections.calendar,
        economy.reform,
        economy.produce,
        economy.hurt,
        economy.upset,
        # biology
        ageing.age,
        ageing.reckon,
        # privatisation and rents
        privatisation.privatise,
        privatisation.earn,
        privatisation.seize,
        # citizens and camps
        citizens.want_order,
        citizens.learn,
        citizens.appraise,
        citizens.speak,
        ethnic_conflict.mobilise,
        ethnic_conflict.clash,
        citizens.emigrate,
        citizens.protest,
        # press and beliefs
        press.report,
        press.leak,
        beliefs.accept,
        beliefs.follow,
        # clans and Family
        clans.root,
        clans.court,
        clans.favour,
        family.grow,
        family.compete,
        patronage.follow,
        # oligarchs and posts
        oligarchs.fear_loss,
        oligarchs.defect,
        oligarchs.settle,
        appointments.appoint,
        appointments.govern,
        appointments.bid,
        # regions
        regions.obey,
        regions.replace_governors,
        # opposition
        opposition.fund,
        opposition.organise,
        opposition.unite,
        opposition.declare,
        parties.form,
        parties.live,
        # parliament and the organs of state
        parliament.speak,
        parliament.vote,
        parliament.bargain,
        parliament.confide,
        institutions.settle,
        courts.obey,
        commanders.reckon,
        # the president
        institutions.crown,
        president.convert,
        president.appraise,
        president.perceive,
        president.name_heir,
        instrument_choice.act,
        # elections when due, crises, succession when the seat is empty
        parliament_elections.elect_parliament,
        elections.elect_president,
        crisis.plot,
        crisis.play,
        succession.hand_over,
        succession.fill,
        # bookkeeping
        indices.control,
        indices.indices,
    ),
    initial_state.make_world,
)
"""The rules of a month in their order."""
