"""A made-up company with known truth: its leads, deals, seeds and targets, written as files for a first try."""
