"""A plan as pandas frames, in and out.  pandas is imported here, and nowhere before."""
