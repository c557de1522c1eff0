"""Damaged and hostile files for every reader: `python -m benchmarks.fuzz [READER ...] --inputs 10000 --seed 1`."""
