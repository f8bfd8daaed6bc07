"""The sample company: made up, seeded, and on the disk in the form of real input."""
