"""What the program shows before a flow is open."""
