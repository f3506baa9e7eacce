"""The panels around the canvas; each knows the session and nothing of the others."""
