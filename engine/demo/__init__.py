"""The bundled demo API: real HTTPS on this computer, for the four examples and for rehearsing failures."""
