"""A report as one page for a browser or for paper: it loads nothing and runs nothing."""
