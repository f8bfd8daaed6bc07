"""Money: arrays in, arrays out; independent of models, networks and stores."""
