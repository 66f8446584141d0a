"""Runs an evaluator over a plan: dates, texts that stand aside, readings, totals."""
