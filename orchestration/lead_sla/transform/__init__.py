"""The dbt project: how it is built, which models are rebuilt, and what a failed test means."""
