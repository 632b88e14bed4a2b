"""The server, as a program: it says where it is, ends quietly, and is not led astray by anybody's own Jupyter.

What its pages do in a browser is told in tests/browser/test_journeys.py.
"""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import sys
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from simcare.desk import places, server
from simcare.desk.kernels import WarmKernels
from simcare.documents import SimcareError
from simcare.training.people import who_is_here
from tests.desk.program import Program, start_program

Start = Callable[..., Program]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts `simcare` in a home of its own; what still runs afterwards is stopped."""
    started: list[Program] = []

    def starter(*words: str, **environ: str) -> Program:
        started.append(start_program(tmp_path, *words, **environ))
        return started[-1]

    yield starter
    for program in started:
        program.kill()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """Start one `simcare` for tests that only look, in a home whose Jupyter is set up otherwise."""
    own = {
        "jupyter_server_config.json": {
            "ServerApp": {"ip": "0.0.0.0", "base_url": "/mine", "password": "argon2:x", "root_dir": "/nowhere"},
            "PasswordIdentityProvider": {"hashed_password": "argon2:x", "password_required": True},
        },
        "voila.json": {"VoilaConfiguration": {"template": "mine", "extension_allowlist": []}},
    }
    files = {f".jupyter/{name}": json.dumps(data) for name, data in own.items()}
    program = start_program(tmp_path_factory.mktemp("home"), "--no-browser", files=files, JUPYTER_TOKEN="")
    yield program
    program.kill()


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give this process a user data folder of its own, and its Jupyter environment back afterwards."""
    monkeypatch.setattr(places.platformdirs, "user_data_dir", lambda *_, **__: str(tmp_path / "data"))
    for name in ("NO_CONFIG", "DATA_DIR", "RUNTIME_DIR", "PATH", "PREFER_ENV_PATH"):
        monkeypatch.setenv(f"JUPYTER_{name}", "")
    monkeypatch.setenv("IPYTHONDIR", "")
    places.own_folder.cache_clear()
    yield tmp_path / "data"
    places.own_folder.cache_clear()


# -- what a person sees in the terminal --------------------------------------------------------------------------------


@pytest.mark.slow
def test_it_says_where_it_is_and_ends_quietly_on_ctrl_c(start: Start) -> None:
    """The terminal shows an address, what to do with it, how to stop, and one line at the end; the exit code is 0."""
    program = start("--no-browser")
    address = program.address
    program.interrupt()
    assert (program.ended(), program.lines()) == (
        0,
        [
            f"simcare is open at {address}",
            "Open this address in a browser on this computer.",
            "Leave this window open while you practice; press Ctrl+C to stop.",
            "",
            "simcare is closed. Every call is saved.",
        ],
    )


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system closes a window in another way")
def test_kernels_die_with_the_server_when_its_window_is_closed(start: Start) -> None:
    """Closing the terminal ends the server and every kernel that it started."""
    program = start("--no-browser")
    kernels = program.eventually(program.children)
    program.signal(signal.SIGHUP)
    assert (program.ended(), [kernel for kernel in kernels if kernel.is_running()]) == (0, [])


@pytest.mark.slow
def test_a_taken_port_is_told_in_words(start: Start) -> None:
    """A port that another program has ends with one sentence, exit code 2 and no traceback."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        program = start("--no-browser", "--port", str(port))
        assert (program.ended(), program.lines()) == (
            2,
            [f"simcare: port {port} is taken by another program; close it, or leave --port out to take a free one"],
        )


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_cannot_be_is_told_in_words(port: int) -> None:
    """A number that is no port is refused before anything starts."""
    with pytest.raises(SimcareError, match=f"port {port} does not exist; use one from 1024 to 65535"):
        server.make_server(port=port)


@pytest.mark.slow
def test_warnings_go_to_a_file_and_not_to_the_nurse(running: Program) -> None:
    """What Jupyter warns of stands in the log of the user's data folder."""
    Visitor(running).get("/nowhere", 404)
    log = next(running.home.rglob("server.log"))
    # Tornado writes its line after the answer has gone out; a token may hold the digits 404.
    running.eventually(lambda: "404 GET /nowhere" in log.read_text(encoding="utf-8"))
    assert "404 GET" not in running.said()


# -- a Jupyter of one's own --------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_persons_own_jupyter_settings_do_not_reach_the_desk(running: Program) -> None:
    """With a password, another address and another folder of one's own, the desk is as it was."""
    page = Visitor(running).get("/simcare")
    assert (running.address.startswith("http://127.0.0.1:"), "Practice the call" in page) == (True, True)


def test_python_is_not_taken_from_a_persons_own_kernels(own_home: Path) -> None:
    """A kernel named python3 that somebody installed for another Python is not the one that runs the desk."""
    from jupyter_client.kernelspec import KernelSpecManager

    places.keep_jupyter_apart()
    stray = own_home / "jupyter" / "kernels" / "python3"
    stray.mkdir(parents=True)
    (stray / "kernel.json").write_text(json.dumps({"argv": ["/nowhere/python"], "language": "python"}))
    assert KernelSpecManager().get_kernel_spec("python3").argv[0] != "/nowhere/python"


def test_a_home_that_cannot_be_written_to_does_not_keep_the_desk_shut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the data folder cannot be made, a temporary one stands in."""
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(places.platformdirs, "user_data_dir", lambda *_, **__: str(tmp_path / "file" / "simcare"))
    places.own_folder.cache_clear()
    folder = places.own_folder()
    places.own_folder.cache_clear()
    assert (folder.is_dir(), tmp_path in folder.parents) == (True, False)


def test_a_log_that_has_grown_is_put_aside(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log never fills a disk: at the next start a large one becomes the old one."""
    places.log_file().write_text("old words")
    monkeypatch.setattr(places, "LARGEST_LOG_BYTES", 3)
    log = places.log_file()
    assert (log.exists(), log.with_suffix(".old.log").read_text()) == (False, "old words")


# -- who is let in -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_browser_without_the_key_is_told_where_it_is(running: Program) -> None:
    """Without the token there is no page, but a sentence that says which address to open."""
    page = Visitor(running, key=False).get("/simcare")
    assert ("This browser does not have the key yet" in page, "Practice the call" in page) == (True, False)


@pytest.mark.slow
def test_the_token_does_not_stay_in_the_address(running: Program) -> None:
    """What a person bookmarks is the page without its key."""
    assert Visitor(running).last_url == f"http://127.0.0.1:{running.port}/simcare"


def test_the_browser_is_let_in_by_a_ticket_that_works_once() -> None:
    """What the browser is started with can be read by other people on the machine, so it opens the door only once."""
    ticket = server.Ticket(fake_app())
    word = ticket.address().partition("ticket=")[2]
    taken = [ticket.take("another"), ticket.take(word), ticket.take(word), ticket.take("")]
    assert ("secret" in ticket.address(), taken) == (
        False,
        [None, "http://127.0.0.1:8888/simcare?token=secret", None, None],
    )


@pytest.mark.slow
def test_another_template_cannot_be_asked_for(running: Program) -> None:
    """An address that asks Voilà for its own template, which links to other hosts, gets ours; so does a setting."""
    page = Visitor(running).get("/voila/render/01-take-a-call.ipynb?template=lab&theme=dark")
    elsewhere = re.findall(r"""(?:src|href)=["'](?:https?:)?//[^"']*""", page)
    assert ("simcare-app" in page, elsewhere) == (True, [])


# -- the browser -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "found", "opens"),
    [
        ({}, True, False),
        ({"DISPLAY": ":0"}, True, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True, True),
        ({"BROWSER": "firefox"}, True, True),
        ({"DISPLAY": ":0"}, False, False),
    ],
)
def test_a_browser_is_opened_only_where_it_would_be_seen(
    environ: dict[str, str], found: bool, opens: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Linux without a display a browser would open in the terminal, over the address; so none is."""

    def get() -> object:
        if not found:
            raise webbrowser.Error("none")
        return object()

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(webbrowser, "get", get)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert server.can_open_a_browser() is opens


@pytest.mark.slow
def test_the_browser_that_is_opened_arrives_at_the_page(start: Start, tmp_path: Path) -> None:
    """`simcare` starts the person's browser with an address that leads to the landing page."""
    opened = tmp_path / "opened"
    browser = tmp_path / "browser.py"
    browser.write_text(f"import pathlib, sys; pathlib.Path({str(opened)!r}).write_text(sys.argv[1])")
    program = start(BROWSER=f"{sys.executable} {browser} %s")
    ticket = program.eventually(lambda: opened.exists() and opened.read_text())
    with urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open(ticket) as answer:
        arrived = answer.url, "Practice the call" in answer.read().decode()
    assert (program.token in ticket, arrived) == (False, (f"http://127.0.0.1:{program.port}/simcare", True))


# -- settings ----------------------------------------------------------------------------------------------------------


def test_no_page_with_a_person_before_it_loses_its_kernel(own_home: Path) -> None:
    """Only a kernel that no page is connected to is ended for being idle, and after hours: a lunch may be long."""
    kernels = server._settings("landing", 0, who_is_here({}))["WarmKernels"]
    assert (kernels["cull_connected"], kernels["cull_idle_timeout"] >= 4 * 3600) == (False, True)


def test_lab_asks_no_other_host(own_home: Path) -> None:
    """News, updates and lists of extensions are turned off on the server and in the page."""
    lab = server._settings("lab", 0, who_is_here({}))["LabApp"]
    page = server._quiet_lab(None, {"disabledExtensions": ["theirs"]})  # type: ignore[arg-type]
    assert (lab["news_url"], lab["check_for_updates_class"].rpartition(".")[2], lab["extension_manager"]) == (
        None,
        "NeverCheckForUpdate",
        "readonly",
    )
    assert page == {"disabledExtensions": ["theirs", *server.NOT_IN_LAB]}


@pytest.mark.parametrize("page", sorted(server.PAGES))
def test_each_command_opens_its_page(page: str) -> None:
    """`simcare`, `simcare train` and `simcare lab` open the address of their own page."""
    assert server.address(fake_app(server.PAGES[page])) == f"http://127.0.0.1:8888{server.PAGES[page]}"


# -- the kernel that is kept ready -------------------------------------------------------------------------------------


def test_a_page_gets_the_kernel_that_was_started_ahead(own_home: Path) -> None:
    """A plain kernel is handed out once; the next page, and whoever wants another kind, gets a new one."""

    async def visit(kernels: Countable) -> list[str]:
        kernels.warm_up()
        kernels.warm_up()
        await asyncio.sleep(0.01)
        ids = [await kernels.start_kernel(kernel_name="other"), await kernels.start_kernel(kernel_name="python3")]
        ids.append(await kernels.start_kernel(path=""))
        await kernels.shutdown_all()
        return ids

    kernels = Countable()
    assert asyncio.run(visit(kernels)) == ["kernel 1", "kernel 0", "kernel 2"] and kernels.begun == 3


@pytest.mark.slow
def test_a_kernel_started_ahead_that_died_is_replaced(own_home: Path) -> None:
    """A kernel that failed to start, or was ended while it waited, is never handed out."""

    async def visit(kernels: Countable) -> list[str]:
        kernels.warm_up()
        await asyncio.sleep(0.01)
        kernels.gone.add("kernel 0")
        first = await kernels.start_kernel()
        kernels.fails = True
        kernels.warm_up()
        await asyncio.sleep(0.01)
        kernels.fails = False
        second = await kernels.start_kernel()
        await kernels.shutdown_all()
        return [first, second]

    assert asyncio.run(visit(Countable())) == ["kernel 1", "kernel 2"]


class Countable(WarmKernels):
    """Warm kernels that count instead of starting programs."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__()
        self.begun, self.gone, self.fails = 0, set[str](), False

    async def _start(self, **wanted: Any) -> str:
        if self.fails:
            raise RuntimeError("no kernel today")
        self.begun += 1
        return f"kernel {self.begun - 1}"

    def __contains__(self, kernel_id: object) -> bool:
        return kernel_id not in self.gone


class Visitor:
    """A browser without a window: it keeps its cookies and follows where it is sent."""

    def __init__(self, program: Program, *, key: bool = True) -> None:
        """Come with the address that the terminal shows, or without its key."""
        self._root = f"http://127.0.0.1:{program.port}"
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        with self._opener.open(program.address if key else self._root) as answer:
            self.last_url = answer.url

    def get(self, path: str, expected: int = 200) -> str:
        """Return a page's text."""
        try:
            with self._opener.open(self._root + path, timeout=60) as answer:
                status, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            status, text = refused.code, ""
        assert status == expected
        return str(text)

    def json(self, path: str) -> Any:
        """Return a page's data."""
        return json.loads(self.get(path))


def fake_app(page: str = "/simcare") -> Any:
    """Return what an address is made of."""
    provider = SimpleNamespace(token="secret")
    return SimpleNamespace(
        ip="127.0.0.1",
        port=8888,
        base_url="/",
        default_url=page,
        identity_provider=provider,
        web_app=SimpleNamespace(settings={}),
    )
