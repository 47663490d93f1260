"""Analysis of many worlds: designs, quantities, statistics, sensitivity, discovery, calibration."""
