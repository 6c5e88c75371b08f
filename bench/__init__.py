"""Measurements of speed and memory, as ratios within one run, with their results."""
