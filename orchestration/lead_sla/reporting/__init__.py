"""Reporting: what people look at who never open a database, all made from one version of the mart and nothing else.

What belongs here: charts, the page, the workbook, the mail and the alerts. What does not: figures; each one is read
from the mart, and what is not in the mart is not shown.
"""
