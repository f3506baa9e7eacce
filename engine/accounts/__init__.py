"""Who one is to other services: secrets, and the one door to the keyring of the computer."""
