"""Calls over HTTPS: the one door to requests."""
