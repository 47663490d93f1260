"""The schedule of a month: the rules in the order in which they run, from abroad to the indices."""

from poruka.engine.rule import Schedule
from poruka.rules import indices, initial_state
from poruka.rules.actors import (
    acceptability,
    appointments,
    beliefs,
    challengers,
    citizen_attitudes,
    citizens,
    clans,
    commanders,
    courts,
    defection,
    emigration,
    family,
    instrument_choice,
    nearness,
    oligarchs,
    opposition,
    opposition_funding,
    parliament,
    parties,
    patronage,
    premiers,
    president,
    press,
    protest,
    regions,
    rival_assessment,
    speaker,
    threat_perception,
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
    peoples,
    predation,
    privatisation,
    succession,
)

SCHEDULE = Schedule(
    (
        # interventions of the experimenter
        interventions.apply_interventions,
        # external shocks and economy
        external_shocks.apply_external_shocks,
        external_shocks.fade,
        external_shocks.update_western_tolerance,
        institutions.update_statehood,
        elections.calendar,
        economy.reform,
        economy.produce,
        economy.update_hardship,
        economy.update_chaos,
        # age and health
        ageing.age,
        ageing.update_expected_tenure,
        # privatisation and rents
        privatisation.privatise,
        privatisation.earn,
        predation.seize,
        # citizens and ethnic camps
        citizen_attitudes.want_order,
        citizen_attitudes.learn,
        citizens.compare_contenders,
        citizens.express_opinion,
        ethnic_conflict.mobilise,
        ethnic_conflict.clash,
        peoples.cool_quarrels,
        emigration.emigrate,
        protest.protest,
        # press and beliefs
        press.report,
        press.leak,
        acceptability.update_acceptability,
        beliefs.update_beliefs,
        # clans, Family and patronage
        clans.take_root,
        clans.court_ruler,
        nearness.update_nearness,
        family.gather_resources,
        family.compete,
        patronage.update_client_loyalty,
        # oligarchs and appointments
        oligarchs.fear_loss,
        defection.defect,
        oligarchs.process_aftermath,
        appointments.appoint,
        premiers.govern,
        premiers.bid,
        # regions
        regions.carry_out_orders,
        regions.replace_governors,
        # opposition
        opposition_funding.fund,
        opposition.organise,
        challengers.unite,
        challengers.declare,
        parties.form,
        parties.update_parties,
        # parliament, courts and armed forces
        speaker.elect_speaker,
        parliament.vote,
        speaker.bargain,
        parliament.hold_confidence_vote,
        institutions.update_legal_custom,
        courts.follow_appointer,
        commanders.update_obedience,
        # the president
        institutions.create_presidency,
        president.convert,
        rival_assessment.assess_rivals,
        threat_perception.perceive,
        president.name_heir,
        instrument_choice.act,
        # elections when due, crises, succession when the office is vacant
        parliament_elections.elect_parliament,
        elections.elect_president,
        crisis.plot_coup,
        crisis.resolve_crisis,
        succession.hand_over,
        succession.fill_vacancy,
        # indices
        indices.update_control,
        indices.update_indices,
    ),
    initial_state.initialise_world,
)
"""The rules of a month in their order."""
