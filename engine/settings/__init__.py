"""Settings that several activities share: rules, column definitions, additional data."""
