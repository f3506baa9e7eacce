"""Messages: templates, their fields, and what one recipient reads; the one door to the template engine."""
