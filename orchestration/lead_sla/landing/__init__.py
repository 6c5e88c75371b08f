"""Files become rows of `raw`: read, typed, stored, or rejected with a reason."""
