"""The test of one side: the effect first, then the same with its links off, then over the numbers.

Each step that fails ends the test, so that most of the worlds are played where they decide.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from poruka.theory.hypotheses.contrasts import Contrast, blocked_contrast
from poruka.theory.hypotheses.links import OFF_STATES, check_links
from poruka.theory.hypotheses.pairing import (
    claimed_effect,
    direction_of,
    effect_over_draws,
    is_empty,
    paired_values,
    share_within,
    what_is_left,
)
from poruka.theory.hypotheses.play import ArmPlayer, ArmTable, source_of_draws
from poruka.theory.hypotheses.side import Side
from poruka.theory.hypotheses.side_result import (
    IDENTICAL,
    SIGNIFICANCE,
    Estimate,
    OffStateResult,
    Refusal,
    SideResult,
)
from poruka.utils.errors import BadInput, WorldFailed

DRAWS, WORLDS_PER_DRAW = 20, 8
"""Draws of all numbers, and worlds of each, over which the sign must hold."""
SHARE_OF_DRAWS = 0.9
"""Share of the draws in which the effect must have the claimed sign."""
PASSED = ("shown", "built in", "necessary here")
"""Verdicts of a side all of whose steps passed."""
_Failure = tuple[str, str]


def run_side(
    side: Side, player: ArmPlayer, seeds: Sequence[int], worlds: int | None = None
) -> SideResult:
    """Test one side and return its result; what cannot be tested is refused with the reason.

    Parameters
    ----------
    side : Side
    player : ArmPlayer
    seeds : sequence of int
        Seeds of all arms.
    worlds : int, optional
        Worlds of each seed in place of the declared number.
    """
    return _SideTest(side, player, seeds, worlds).run()


class _SideTest:
    def __init__(self, side: Side, player: ArmPlayer, seeds: Sequence[int], worlds: int | None):
        self.side, self.player, self.seeds = side, player, seeds
        self.worlds = worlds or side.part.worlds
        self.direction = direction_of(side.part.sign)
        self.found: dict[str, Any] = {"side": side.name, "quantity": side.part.quantity}
        self.p_values: list[float] = []

    def run(self) -> SideResult:
        try:
            verdict, why = self._run_steps()
        except Refusal as refusal:
            verdict, why = "refused", str(refusal)
        except (BadInput, WorldFailed) as error:
            verdict, why = "refused", f"an arm cannot be played: {error}"
            self.found["was_played"] = False
        p = max(self.p_values, default=1.0)
        # A step without a p-value of its own that failed must not count as evidence.
        if verdict not in PASSED and p <= SIGNIFICANCE:
            p = 1.0
        return SideResult(**self.found, verdict=verdict, why=why, p=p)

    def _run_steps(self) -> _Failure:
        side, part = self.side, self.side.part
        if side.coefficients and not part.built_in:
            raise Refusal(
                f"the cause moves {', '.join(side.coefficients)}, a coefficient; move a start"
                " value, a shock, an act or a state, or say in `built_in` why nothing else can."
            )
        if part.channels and side.low.country != side.high.country:
            raise Refusal(
                f"the arms are {side.low.country} and {side.high.country}, whose links differ in"
                " their means, so that switching them off leaves that difference; exchange start"
                " values or a page of them instead."
            )
        check_links(part.channels, side.name)
        on = self._play({"low": side.low, "high": side.high})
        failed = self._test_effect(on)
        if failed:
            return failed
        self._test_control()
        emptied = False
        for state in OFF_STATES if part.channels else ():
            failed, is_empty = self._test_off_state(state, on)
            if failed:
                return failed
            emptied |= is_empty
        if len(part.channels) > 1:
            self._measure_single_links(on)
        failed = self._test_draws()
        if failed:
            return failed
        if emptied:
            return "necessary here", "without the link the outcome is the same in every world"
        return ("built in", part.built_in) if part.built_in else ("shown", "")

    def _test_effect(self, on: Mapping[str, ArmTable]) -> _Failure | None:
        """Return why the effect is not as claimed, or None: its size, then its sign by seed."""
        part = self.side.part
        smallest, no_effect = part.smallest, part.sign == "0"
        difference, seeds, effect = claimed_effect(on, part.quantity, part.sign, self.side.shuffle)
        by_seed = pd.Series(difference).groupby(seeds).mean()
        p = effect.p_above(smallest)
        if no_effect:
            p = max(effect.p_above(-smallest), effect.p_below(smallest))
        self.p_values.append(p)
        against_p = effect.p_below(-smallest)
        if no_effect:
            against_p = min(1.0, 2.0 * min(against_p, effect.p_above(smallest)))
        self.found |= {
            "worlds": len(difference),
            "effect": self._estimate(effect, self.direction),
            "effect_p": p,
            "against_p": against_p,
            "seeds": [float(self.direction * mean) for mean in by_seed],
        }
        if p > SIGNIFICANCE:
            if against_p <= SIGNIFICANCE:
                return "opposite", "at least the smallest effect of interest against the claim"
            size = "shown to be below" if no_effect else "above"
            return "not shown", f"the effect is not {size} the smallest one of interest"
        holds = by_seed.abs() < smallest if no_effect else by_seed > 0.0
        if not holds.all():
            return "not shown", f"it holds in {holds.sum()} of {len(holds)} seeds"
        return None

    def _test_control(self) -> None:
        """Refuse a side whose control does not move the outcome even with all links on."""
        side, control = self.side, self.side.part.control
        arms = self._play({"control low": side.control_low, "control high": side.control_high})
        contrast = self._control_contrast(arms)
        p = contrast.p_above(control.smallest)
        self.p_values.append(p)
        self.found |= {"control": self._control_estimate(contrast), "control_p": p}
        if p > SIGNIFICANCE:
            raise Refusal(
                f"the positive control ({control.cause}) does not move {side.part.quantity} by its"
                " smallest effect with all links on; choose another."
            )

    def _test_off_state(
        self, state: str, on: Mapping[str, ArmTable]
    ) -> tuple[_Failure | None, bool]:
        """Return why the effect does not run through the links, or None; and whether the outcome
        was emptied where the text claims that it would be.
        """
        side, control = self.side, self.side.part.control
        off = self._play(self._off(state, {"low": side.low, "high": side.high}))
        values, index = paired_values({**on, **off}, side.part.quantity, side.shuffle)
        self._refuse_lost_pairs(len(index), state)
        rest = what_is_left(
            values, index.get_level_values(0).to_numpy(), self.direction, side.part.carries
        )
        result = OffStateResult(
            state=state,
            left=self._estimate(rest.left),
            lost_share=rest.lost_share,
            left_p=rest.p,
            is_empty=is_empty(
                side.part.quantity, side.low.months, values["low off"], values["high off"]
            ),
        )
        kept = self.found.setdefault("off", [])
        kept.append(result)
        if not side.hedged:
            self.p_values.append(rest.p)
            if rest.p > SIGNIFICANCE:
                left = f"with its links {state} too much of the effect is left"
                return ("not shown", left), False
        arms = {"control low": side.control_low, "control high": side.control_high}
        contrast = self._control_contrast(self._play(self._off(state, arms)))
        p = contrast.p_above(control.smallest)
        kept[-1] = result.model_copy(
            update={"control": self._control_estimate(contrast), "control_p": p}
        )
        if side.necessity and result.is_empty and p > SIGNIFICANCE:
            return None, True
        self.p_values.append(p)
        if p > SIGNIFICANCE:
            raise Refusal(
                f"with the links {state} the positive control ({control.cause}) no longer moves"
                f" {side.part.quantity}: this off-state switches off the outcome, not the link."
            )
        return None, False

    def _refuse_lost_pairs(self, pairs: int, state: str) -> None:
        """Refuse an off-state in which too few worlds have the quantity in all four arms."""
        asked = len(self.seeds) * self.worlds
        most = 1.0 - (1.0 - self.side.part.missing_at_most) ** 2
        if 1.0 - pairs / asked > most:
            raise Refusal(
                f"{self.side.part.quantity} exists with the links on and {state} in {pairs} of"
                f" {asked} worlds only; `missing_at_most` is {self.side.part.missing_at_most:g} a"
                " pair of arms."
            )

    def _measure_single_links(self, on: Mapping[str, ArmTable]) -> None:
        """Measure the share of the effect that goes when one link alone is held."""
        side, shares = self.side, {}
        for link in side.part.channels:
            arms = self._off("held", {"low": side.low, "high": side.high}, link)
            off = self.player.play(arms, self.seeds, self.worlds, [side.part.quantity])
            values, index = paired_values({**on, **off}, side.part.quantity, side.shuffle)
            seeds = index.get_level_values(0).to_numpy()
            share = what_is_left(values, seeds, self.direction, None).lost_share
            if share is not None:
                shares[link] = share
        self.found["link_shares"] = shares

    def _test_draws(self) -> _Failure | None:
        """Return that it does not hold over draws of all numbers, or None."""
        part, form = self.side.part, f"{source_of_draws(self.side.low)}:{WORLDS_PER_DRAW}"
        drawn = {name: getattr(self.side, name).with_draws(form) for name in ("low", "high")}
        worlds = DRAWS * WORLDS_PER_DRAW
        tables = self.player.play(drawn, self.seeds[:1], worlds, [part.quantity])
        values, index = paired_values(tables, part.quantity, self.side.shuffle)
        draws = index.get_level_values(1).to_numpy() // WORLDS_PER_DRAW
        self.found["over_numbers"] = effect_over_draws(values["low"], values["high"], draws)
        by_draw = pd.Series(self.direction * (values["high"] - values["low"])).groupby(draws)
        means = by_draw.mean()
        missing = 1.0 - len(values["low"]) / worlds
        if missing > part.missing_at_most:
            return "not shown", f"over the draws {part.quantity} is missing in {missing:.0%}"
        if part.sign == "0":
            # Without a sign the mean over draws, and nine of ten draws, must lie within the margin.
            over = blocked_contrast(means.to_numpy(), np.zeros(len(means)))
            p = max(over.p_above(-part.smallest), over.p_below(part.smallest))
            self.p_values.append(p)
            if p > SIGNIFICANCE:
                return "not shown", "over the draws of the numbers it is not shown to be that small"
            found = means.to_numpy(), by_draw.var().to_numpy(), part.smallest
            self.found["draws_with_sign"] = share = share_within(*found, WORLDS_PER_DRAW)
            if share < SHARE_OF_DRAWS:
                return "not shown", f"it is that small in {share:.0%} of the draws of the numbers"
            return None
        self.found["draws_with_sign"] = share = float((means > 0.0).sum()) / DRAWS
        if share < SHARE_OF_DRAWS:
            return "not shown", f"it holds in {share:.0%} of the draws of the numbers"
        return None

    def _play(self, arms: Mapping[str, Any]) -> dict[str, ArmTable]:
        """Play a pair of arms; refuse it if both are the same to the bit or lack the quantity."""
        part = self.side.part
        tables = self.player.play(arms, self.seeds, self.worlds, [part.quantity])
        (first, low), (second, high) = tables.items()
        shared = low.fingerprints.index.intersection(high.fingerprints.index)
        differs = low.fingerprints.loc[shared] != high.fingerprints.loc[shared]
        if not differs.any():
            raise Refusal(
                f"the arms {first!r} and {second!r} are {IDENTICAL} in all {len(shared)}"
                " worlds: nothing reads what differs between them."
            )
        self.found.setdefault("diverged", float(differs.mean()))
        lacks = low.values[part.quantity].isna() | high.values[part.quantity].isna()
        missing = float(lacks.mean())
        self.found["missing"] = max(missing, self.found.get("missing", 0.0))
        if missing > part.missing_at_most:
            raise Refusal(
                f"{part.quantity} does not exist in {missing:.0%} of the worlds in {first!r} or"
                f" {second!r}; `missing_at_most` is {part.missing_at_most:g}."
            )
        return tables

    def _off(self, state: str, arms: Mapping[str, Any], *links: str) -> dict[str, Any]:
        """Return arms with these links off, or all links of the part where none is named."""
        links = links or tuple(self.side.part.channels)
        return {
            f"{name} off": self.side.switched_off(arm, links, state) for name, arm in arms.items()
        }

    def _control_contrast(self, arms: Mapping[str, ArmTable]) -> Contrast:
        """Return how far the control moves the quantity in its own direction."""
        part = self.side.part
        return claimed_effect(arms, part.quantity, part.control.sign).contrast

    def _control_estimate(self, contrast: Contrast) -> Estimate:
        return self._estimate(contrast, direction_of(self.side.part.control.sign))

    def _estimate(self, contrast: Contrast, direction: float = 1.0) -> Estimate:
        return Estimate.of(contrast._replace(mean=direction * contrast.mean))
