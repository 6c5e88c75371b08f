"""Everything Dagster: assets, checks, the job, what starts it, and the resources it runs with."""
