"""Everything of Campaign Flow Designer that needs no screen; `import engine` loads nothing heavy."""
