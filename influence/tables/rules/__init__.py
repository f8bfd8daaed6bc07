"""What is decided where input says two things at once, by default and by option."""
