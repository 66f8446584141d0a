"""Finding → words: the sentence, what was read, the arithmetic, the nearest way to comply."""
