"""Planning: a staffing question, answered by simulating the program many times.

Public words, each in its module: `read_plan` (`reading`) gives a `Basis`; `run_replications` and `run_each`
(`replicate`) with `open_workers` (`executors`) give an `Outcome`; `summarize` (`summary`), `compare` and `tornado`
(`compare`), `staff` (`staffing`), `calibrate` and `backtest` (`calibration`) read it; `write_report` (`report`) and
`page` show it. Numbers that a plan leaves out lie in `data`, each with its source.
"""
