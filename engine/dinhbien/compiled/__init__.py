"""Packs as they were compiled, kept on disk: data of known kinds, never code."""
