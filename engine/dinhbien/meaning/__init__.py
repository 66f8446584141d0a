"""The definition: one plan, slow, exact, obviously right.

``quantity`` and ``truth`` are the values, ``evaluate`` gives an operator its value,
``judge`` gives a program its verdict.  Every other evaluator is judged by this one.
"""
