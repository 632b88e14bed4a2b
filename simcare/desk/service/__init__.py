"""The call desk and the shift desk as a service for trainees under a hub: moves in, what may be seen out.

The service alone has the library, the scoring and the records; a trainee has a page and nothing that runs code.
Public words: `serve_calls`.
"""

from simcare.desk.service.hub import serve_calls

__all__ = ["serve_calls"]
