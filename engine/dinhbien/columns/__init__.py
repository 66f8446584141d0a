"""Many communes × many scenarios: programs over arrays, exact, and equal to `meaning/`.

A number is a pair of scaled integers (lo, hi), a word is the place of the word in its list,
a parent is a place in the table above, and a group is a slice of the table below.  What arrays
cannot decide exactly as `meaning/` does is marked, row by row, and `meaning/` judges it.
"""
