"""A plan → files: YAML, a folder of CSV, a workbook."""
