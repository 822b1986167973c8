"""The shared base of fp, drift and tarmac. It knows no issue, anchor or run.

Admission: a module lives here when two packages use it and it names nothing of their domains.
"""
