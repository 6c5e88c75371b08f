"""HubSpot: contacts, deals and merges."""
