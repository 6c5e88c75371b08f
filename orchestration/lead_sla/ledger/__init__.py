"""What was published and what was signed: append-only tables in `raw`, and the views that show their last state.

What belongs here: the tables, their views, and how a publication is added. What does not: which figures differ (dbt
models in `models/quality`), and what is done about a changed signature (`agreements`).
"""
