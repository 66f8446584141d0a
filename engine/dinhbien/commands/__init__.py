"""Commands that stand in modules of their own; ``cli`` puts them together."""
