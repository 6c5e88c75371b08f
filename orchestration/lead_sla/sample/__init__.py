"""A generated company with known close rates: its leads, deals, seeds and targets, as files for a first try."""
