"""Calibration: priors, approximate Bayesian computation, posterior predictions."""
