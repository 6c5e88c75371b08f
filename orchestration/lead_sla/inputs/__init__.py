"""What people write: seeds, `feeds.yml` and the rules of `dbt_project.yml`, and the messages when it is wrong."""
