"""What a month needs, what is proposed for it, what was signed, and what guards that."""
