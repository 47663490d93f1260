"""Calibration: priors, approximate Bayesian computation, point fit, posterior predictive checks."""
