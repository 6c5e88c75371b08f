"""Looks at a file and proposes a feed for it. Landing itself guesses nothing."""
