"""Great Expectations at the two boundaries: what landed, and the finished marts before they are published.

What belongs here: checks that need the data's own history, or that look at the mart as its readers will. What does
not: keys, relationships, accepted values and contracts, which are dbt tests.
"""
