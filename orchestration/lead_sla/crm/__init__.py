"""Reads what is new from a CRM into files in the landing folder."""
