"""Salesforce: leads, contacts, opportunities and merges, read through its REST API."""
