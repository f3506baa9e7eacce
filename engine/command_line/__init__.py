"""Everything but the window, for scripts and for computers without a screen."""
