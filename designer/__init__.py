"""The desktop program: shows a flow and what the engine makes of it, and sends back edits."""
