"""Rules for ambiguous input: what is refused, dropped, added or announced; each is one step."""
