"""The report: does a population look as the published tables say, and is nothing in it that cannot be?

Public words: `report_on` for a population in memory, `report_on_folder` for one on disk, and the `Report` of `Line`s
that they give. What the tables say lives in `population.targets`, what must never be in `population.plausible`, how
often things happen in `life`; how a report is printed is the command line's business.
"""

from simcare.patients.report.lines import Line
from simcare.patients.report.reporting import Report, report_on, report_on_folder

__all__ = ["Line", "Report", "report_on", "report_on_folder"]
