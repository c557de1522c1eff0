"""What other programs make of our files: optional checks, each with the program itself."""
