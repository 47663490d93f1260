"""Analysis of simulated worlds: designs, quantities, sensitivity, discovery, calibration."""
