"""Many units at once: the findings of frames, with what comes before what, as arrays."""
