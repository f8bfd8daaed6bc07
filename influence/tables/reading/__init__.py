"""From cells as they came to columns in the type that their spec asks for."""
