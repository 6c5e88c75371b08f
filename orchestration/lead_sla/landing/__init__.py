"""Lands files in `raw`: reads, types and stores their rows, or rejects them with a reason."""
