"""Read cells as columns of the types that their specs ask for."""
