"""The maker of the modelled plan of Điện Biên, and the check of what it made.

It is content with a declared model, no part of the package: ``program.yaml`` beside the plan
says what is demanded, this folder only solves it.  ``make modelled`` runs it.
"""
