"""Great Expectations at the two boundaries: what landed, and the finished marts before they are published.

What belongs here: checks that need the data's own history, or whose failure a reader of the finished mart would notice.
What does not: keys, relationships, accepted values and ranges, which are dbt tests, and what a dbt test proves already.
"""
