"""The population: N synthetic Medicare-age patients as columns, one table per subject, keyed by patient number.

`schema` says every table and column. What happens to these people over time lives in `patients.life`.
"""
