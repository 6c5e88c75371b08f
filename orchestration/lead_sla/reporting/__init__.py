"""Reporting for users without database access, from one version of the mart and nothing else.

This package contains charts, the page, the workbook, emails and alerts. It calculates no figures: each one is read
from the mart, and nothing else is shown.
"""
