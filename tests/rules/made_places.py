"""Where the rules hold what :mod:`number_makers` looks for, and why each is no hidden number."""

MADE_PLACES = {
    # The row of a belief: a table of constituencies by contenders.
    "actors/bloc_leaders.py": {"k * count + Role.PREMIER"},
    # The effective number of clans.
    "actors/clans.py": {"clan.rooting * clan.rooting", "total * total"},
    # A distance on two axes.
    "actors/evaluation.py": {"nation_gap * nation_gap", "market_gap * market_gap"},
    "rivals/proximity_voting.py": {
        "nation_gap * nation_gap",
        "p.salience * market_gap * market_gap",
    },
    # As many heirs as there are roles for them, and as many layers as kinds of them.
    "actors/family.py": {"HEIRS"},
    "initial_population.py": {"LAYERS"},
    # Mandates stand one above the other; the popular one is the highest. The other two are forms
    # of the rules, argued and measured in `docs/forms.md`.
    "actors/institution_threats.py": {
        "(neighbour_mandate - own_mandate) / code_of(Mandate.POPULAR)",
        "near ** (1.0 - foresight)",
        "independence * independence",
    },
    # Of two, each by the same odds: forms of the rules too, argued and measured there.
    "forces/crisis.py": {"p.plotting * disloyalty * disloyalty"},
    "forces/election_response.py": {"p.habit_law * habit * habit"},
    # The act after the next one, likewise.
    "actors/instrument_choice.py": {"patience * patience"},
    # A sum of squares, and a variance that stays as it is.
    "actors/threat_perception.py": {
        "sphere.believed_threat * sphere.believed_threat",
        "kept * kept",
    },
    # The effective number of centres; a step and a step again.
    "indices.py": {
        "parliament_weight * parliament_weight",
        "business_weight * business_weight",
        "total * total",
        "weight * weight",
        "p.stance_step * p.stance_step",
    },
    # One bit for each condition: a set, and no magnitude.
    "instruments.py": {"1 << instrument_codes.CONDITIONS.index(condition)"},
    # Blocs stand after the older movements.
    "engine/kind_predicates.py": {"movement >= Current.FIRST_BLOC"},
}
"""File of the rules: what is found there, with what it is above it."""
