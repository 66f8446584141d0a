"""The small typed language of norms: text → tree → program.

::

    text ── parse ──▶ syntax ── elaborate ──▶ operators
                                   ▲
    norm + form ── from_norms ─────┘  (a form is a macro over the same language)
"""
