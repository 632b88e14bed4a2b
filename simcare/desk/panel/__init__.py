"""Know your panel: who the patients of a program are, as pictures with filters. Public word: `know_your_panel`.

What is counted lives in `simcare.patients.report.panel`; `pictures` draws, `screen` puts the words beside it, `board`
is the widget.
"""

from simcare.desk.panel.board import PanelBoard, know_your_panel

__all__ = ["PanelBoard", "know_your_panel"]
