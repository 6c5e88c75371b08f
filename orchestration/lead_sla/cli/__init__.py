"""The command line `lead-sla`, one module for each group of commands."""
