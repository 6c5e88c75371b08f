"""What people write: seeds, `feeds.yml` and the rules of `dbt_project.yml`, and what is said when it is wrong."""
