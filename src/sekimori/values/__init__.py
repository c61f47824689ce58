"""Ground: when two values are the same. One normal form per type of observable."""
