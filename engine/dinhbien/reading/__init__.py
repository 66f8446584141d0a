"""Files → model: every value keeps its file, line and column; all errors are shown at once."""
