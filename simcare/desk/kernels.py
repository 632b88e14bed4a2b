"""One kernel kept ready, so that a page does not wait for Python to start and the desk to load.

A kernel costs about three seconds and 80 MB. One is started ahead while a person reads the landing page, and handed
to the next page that asks. What runs in a kernel is not known here, except the desk's `prepare`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado import web
from traitlets import Unicode

from simcare.desk.places import KERNEL

PREPARE = "--IPKernelApp.exec_lines=from simcare.desk import prepare; prepare(); del prepare"
NEXT_AFTER_SECONDS = 6.0
"""How long after a kernel was taken the next is begun: the page that took it is busy drawing until then."""


class WarmKernels(AsyncMappingKernelManager):
    """The server's kernels, one of them started ahead. Mutable, and used on the server's event loop only."""

    noise = Unicode(config=True, help="The file that takes what kernels write beside their messages.")

    def __init__(self, **settings: Any) -> None:
        """Begin with no kernel."""
        super().__init__(**settings)
        self._ahead: asyncio.Task[str] | None = None
        self._nobodys: str | None = None
        self._later: asyncio.TimerHandle | None = None
        # Kept open: a kernel that dies is started again with what it was started with.
        self._noise = Path(self.noise).open("ab") if self.noise else None  # noqa: SIM115

    def warm_up(self) -> None:
        """Begin to start a kernel ahead, unless one is there."""
        if self._ahead is None or (self._ahead.done() and not self._usable(self._ahead)):
            self._ahead = asyncio.get_running_loop().create_task(self._start_ahead())

    def process(self, kernel_id: str) -> int | None:
        """Return the number of the process that a kernel runs in now, None where there is no such kernel."""
        return getattr(self.get_kernel(kernel_id).provisioner, "pid", None) if kernel_id in self else None

    async def start_kernel(  # type: ignore[override] # Jupyter's own asynchronous class overrides it so
        self, *, kernel_id: str | None = None, path: str | None = None, **wanted: Any
    ) -> str:
        """Return the id of a kernel for a page: the one started ahead where a plain one is wanted, else a new one.

        A kernel started ahead has the server's environment and not what the page's request would add to it; no
        notebook of ours looks at that.
        """
        plain = kernel_id is None and wanted.get("kernel_name") in (None, KERNEL) and (path or "").strip("/") == ""
        if plain and self._ahead is not None:
            ahead, self._ahead = self._ahead, None
            await asyncio.wait([ahead])
            self._nobodys = None
            self._later = asyncio.get_running_loop().call_later(NEXT_AFTER_SECONDS, self.warm_up)
            if self._usable(ahead):
                return ahead.result()
        return await self._start(kernel_id=kernel_id, path=path, **wanted)

    async def shutdown_all(self, *args: Any, **settings: Any) -> None:  # type: ignore[override]
        """Shut all kernels down, the one that nobody took too."""
        if self._later is not None:
            self._later.cancel()
        if self._ahead is not None:
            await asyncio.wait([self._ahead])
        await super().shutdown_all(*args, **settings)
        if self._noise is not None:
            self._noise.close()

    def kernel_model(self, kernel_id: str) -> Any:
        """Return what pages are told of a kernel; one that nobody took is not there for them."""
        if kernel_id == self._nobodys:
            raise web.HTTPError(404)
        return super().kernel_model(kernel_id)

    async def _start_ahead(self) -> str:
        self._nobodys = str(uuid4())
        return await self._start(kernel_id=self._nobodys, kernel_name=KERNEL, path="", extra_arguments=[PREPARE])

    async def _start(self, **wanted: Any) -> str:
        if self._noise is not None:
            wanted |= {"stdout": self._noise, "stderr": self._noise}
        return str(await super().start_kernel(**wanted))

    def _usable(self, ahead: asyncio.Task[str]) -> bool:
        # It may have failed to start, died, or been culled after a long idle time.
        return ahead.done() and not ahead.cancelled() and ahead.exception() is None and ahead.result() in self
