"""The theory: theses and their tests, ablation, counterfactuals, classification of regimes."""
