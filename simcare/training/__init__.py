"""A learner over time: the records of what was practiced, and the practice that goes on from them.

Public words: `records.Records` (the store) with `Attempt` and `Rescore`; `practice.Practice` (an attempt being played);
`faults.RecordError`, the base of what can go wrong; `judged.judged_calls`, the table from which `measures`,
`competency`, `review`, `next_practice` and `skill` are computed; `exercises` and `progress`. Databases are touched
nowhere else.
"""
