"""Figures of sweeps: a curve, a map, or levels side by side, as what was swept asks for."""

from poruka.figures.sweeps.sweep_figures import draw_sweep

__all__ = ["draw_sweep"]
