"""Measures what the program promises, each figure beside the bare library doing the same: `python3 dev.py bench`."""
