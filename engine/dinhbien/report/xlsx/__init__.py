"""A report as a workbook: its totals are formulas, and no text of a plan ever is one."""
