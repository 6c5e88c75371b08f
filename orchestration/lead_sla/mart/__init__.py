"""Reads a published mart. Nothing else opens one."""
