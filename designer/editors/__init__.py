"""Purpose-made editors, each found by the kind of activity it is named after."""
