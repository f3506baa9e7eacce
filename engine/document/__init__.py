"""The document: a `.flow` file as a value, its edits, its order and its files. Knows no activity by name."""
