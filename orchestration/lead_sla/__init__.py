"""The pipeline around the dbt project: landing, checks, publishing, the daily job and the command line."""
