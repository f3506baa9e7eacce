"""Runs a flow: what to run, in which order, with which services, and what is known to be unchanged."""
