"""One plan as it changes: each event is judged before it is saved."""
