"""Figures of theses, ablation and counterfactuals."""
