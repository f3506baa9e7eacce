"""Widgets from a Settings model: fields, forms, and the places purpose-made editors are found."""
