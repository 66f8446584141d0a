"""Reports: for people in a terminal, for machines as JSON."""
