"""Patronage: loyalty and fear pass down the pyramid from patron to client and on to his clients."""

from poruka.engine.functions import clip01, relax
from poruka.engine.kinds import Layer, Stance
from poruka.engine.random_streams import normal
from poruka.engine.rule import rule


@rule(
    id="patronage.follow",
    claim=(
        "Clients follow their patron, bound to the pyramid by shared guilt; where he breaks with"
        " the ruler, they waver with him."
    ),
    theses=["T038", "T057"],
    locator="note 86",
    standing="operationalised",
    mechanism="M6.pyramid",
)
def update_client_loyalty(world, params, stream):
    p = params.patronage
    society = world.society[0]
    total = 0.0
    for i in range(len(world.clients)):
        client = world.clients[i]
        if client.layer == Layer.FIRST:
            patron_oligarch = world.oligarchs[client.patron]
            patron_support = (
                0.0
                if patron_oligarch.stance >= Stance.OPPONENT
                and patron_oligarch.stance != Stance.COOPTED
                else p.distant_patron + p.near_patron * patron_oligarch.nearness
            )
            fed = patron_oligarch.wealth / (patron_oligarch.wealth + p.fortune)
        else:
            patron_client = world.clients[client.patron]
            patron_support = patron_client.loyalty
            fed = patron_client.fed
        client.fed = relax(client.fed, clip01(fed), p.feeding_rate)
        shared_guilt = p.guilt * client.compromising_files
        client.loyalty = clip01(
            relax(
                client.loyalty,
                clip01(p.patron * patron_support + p.fed * client.fed + shared_guilt),
                p.loyalty_rate,
            )
            + p.chance * normal(stream, 0, i)
        )
        total += client.loyalty
    society.pyramid_loyalty = total / max(1.0, float(len(world.clients)))
