"""Money: arrays in, arrays out; no model, network or store is known here."""
