"""One file or package an activity, independent of each other; the registry finds them."""
