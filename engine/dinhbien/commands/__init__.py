"""Commands in modules of their own, and what they share; ``cli`` puts them together."""
