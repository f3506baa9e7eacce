"""Resources: named tables with a key, read from files or made up."""
