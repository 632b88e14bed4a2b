"""A trainee's server under a hub: the practice page works, and every other route that was tried is refused.

The hub's own extension is stood in for; how people come in is JupyterHub's business.
"""

from __future__ import annotations

import asyncio
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from uuid import uuid4

import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from simcare.desk import server
from simcare.desk.places import FOR_TRAINEES
from simcare.documents import SimcareError
from simcare.training.people import Person, roles_of, who_is_here
from tests.desk.program import PATIENCE_SECONDS, Program, start_program

HUB = Path(__file__).parent / "hub"
KERNEL = "00000000-0000-4000-8000-000000000000"
OPEN = [
    "/simcare",
    f"/simcare/pulse/{KERNEL}",
    "/static/favicon.ico",
]
SHUT = [
    # other pages: the bench, planning, the panel, anything that is rendered from a path
    "/voila/render/03-author-a-call.ipynb",
    "/voila/render/02-know-your-panel.ipynb",
    "/voila/render/04-plan-a-program.ipynb",
    "/voila/render/06-see-a-cohort.ipynb",
    "/voila/render/01-take-a-call.ipynb/../03-author-a-call.ipynb",
    "/voila/render/05-work-a-shift.ipynb/",
    "/voila/render/05-work-a-shift.ipynb/../06-see-a-cohort.ipynb",
    "/voila/files/05-work-a-shift.ipynb",
    "/files/05-work-a-shift.ipynb",
    "/files/%2e%2e/simcare/world/data/shifts/quiet-tuesday.yaml",
    "/api/contents/05-work-a-shift.ipynb",
    "/voila/render/01-take-a-call.ipynb%2f..%2f03-author-a-call.ipynb",
    "/voila/render/./03-author-a-call.ipynb",
    "/voila/render//03-author-a-call.ipynb",
    "/voila/render/",
    "/voila",
    "/voila/tree",
    "/voila/files/01-take-a-call.ipynb",
    "/voila/api/contents/",
    "/voila/api/themes/x",
    f"/voila/execution/{KERNEL}",
    # JupyterLab and whatever edits or runs code
    "/lab",
    "/lab/tree/01-take-a-call.ipynb",
    "/lab/api/settings",
    "/lab/api/workspaces/default",
    "/lsp/status",
    "/tree",
    "/edit/01-take-a-call.ipynb",
    "/notebooks/01-take-a-call.ipynb",
    "/view/01-take-a-call.ipynb",
    "/terminals/1",
    "/terminals/websocket/1",
    "/api/terminals",
    "/nbconvert/html/01-take-a-call.ipynb",
    # files and their contents
    "/files/01-take-a-call.ipynb",
    "/files/%2e%2e/simcare/scenarios/library/sore-knees.yaml",
    "/static/../simcare/scenarios/library/sore-knees.yaml",
    "/static/%2e%2e/%2e%2e/server.py",
    "/voila/static/../../server.py",
    "/voila/static/..%2f..%2fserver.py",
    "/api/contents",
    "/api/contents/01-take-a-call.ipynb",
    "/api/contents/01-take-a-call.ipynb/checkpoints",
    # kernels and sessions beside the one of the page
    "/api/kernels",
    f"/api/kernels/{KERNEL}/restart",
    f"/api/kernels/{KERNEL}/interrupt",
    "/api/sessions",
    "/api/kernelspecs",
    "/kernelspecs/python3/logo-64x64.png",
    # what the server tells of itself and of others
    "/api",
    "/api/me",
    "/api/status",
    "/api/config/notebook",
    "/api/security/csp-report",
    "/api/shutdown",
    "/api/events",
    "/api/nbconvert",
    "/metrics",
    "/simcare/enter?ticket=x",
    "/simcare/records",
    "/SIMCARE",
    "/anything/else",
]


class Visitor:
    """A browser that was let in."""

    def __init__(self, program: Program) -> None:
        """Come in with the key."""
        self.root = f"http://127.0.0.1:{program.port}"
        self.said = program.said()
        self.cookies = CookieJar()
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies)).open
        assert self.ask(f"/simcare?token={program.token}")[0] == 200

    def ask(self, path: str, method: str = "GET", body: bytes | None = None) -> tuple[int, str]:
        """Return the status and the text of an answer."""
        request = urllib.request.Request(self.root + path, body, {"X-XSRFToken": self.cookie("_xsrf")}, method=method)
        try:
            with self._open(request, timeout=PATIENCE_SECONDS) as answer:
                return answer.status, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode("utf-8", "replace")

    def cookie(self, name: str) -> str:
        """Return a cookie's value, empty where there is none."""
        return next((one.value or "" for one in self.cookies if one.name == name), "")

    def header(self) -> str:
        """Return the cookies as a header."""
        return "; ".join(f"{one.name}={one.value}" for one in self.cookies)


@pytest.fixture(scope="module")
def trainee(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Run the server of somebody who is in no group of the hub, and come in."""
    hub = {"JUPYTERHUB_USER": "ann", "SIMCARE_ROLES": "nurses,staff", "PYTHONPATH": str(HUB)}
    program = start_program(tmp_path_factory.mktemp("home"), "--no-browser", **hub)
    yield Visitor(program)
    program.kill()


@pytest.mark.slow
def test_what_is_open_answers(trainee: Visitor) -> None:
    """The list of what is shut would prove little if everything were."""
    assert {path: trainee.ask(path)[0] for path in OPEN} == dict.fromkeys(OPEN, 200)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_every_other_route_is_refused(trainee: Visitor, method: str) -> None:
    """Whatever the method and however the path is spelled, the answer is 403 in words."""
    answers = {path: trainee.ask(path, method, b"{}" if method in ("POST", "PUT", "PATCH") else None) for path in SHUT}
    assert {path: status for path, (status, _) in answers.items() if status != 403} == {}
    if method == "GET":
        assert all("This page is not open to you" in words for _, words in answers.values())


@pytest.mark.slow
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_what_is_open_is_open_to_be_read(trainee: Visitor, method: str) -> None:
    """A page that may be looked at takes nothing; the only thing a page may post is that it was closed."""
    pages = [f"/voila/render/{page}" for page in FOR_TRAINEES]
    paths = [*OPEN, f"/api/kernels/{KERNEL}", f"/api/kernels/{KERNEL}/channels", *pages]
    assert {trainee.ask(path, method, b"{}")[0] for path in paths} == {403}
    if method != "POST":
        assert trainee.ask(f"/voila/api/shutdown/{KERNEL}", method, b"{}")[0] == 403


@pytest.mark.slow
def test_the_log_of_a_hub_gets_no_key(trainee: Visitor) -> None:
    """What a server prints stands in the hub's log; only the stand-in for the hub tells the key here."""
    assert "simcare is open for ann" in trainee.said.splitlines()
    assert trainee.said.count("token=") == 1


@pytest.mark.slow
def test_the_landing_page_shows_only_practice(trainee: Visitor) -> None:
    """No door leads to a page that would be refused, and the page does not say that this computer is one's own."""
    page = trainee.ask("/simcare")[1]
    links = re.findall(r'href="/(voila[^"]+)"', page)
    assert links == [
        "voila/render/01-take-a-call.ipynb",
        "voila/render/05-work-a-shift.ipynb",
        "voila/render/07-how-am-i-doing.ipynb",
    ]
    assert re.findall(r"<h2 id=\"(\w+)\"", page) == ["practice"]
    assert "lab/tree" not in page and "no wall" not in page and "your organization's server" in page


@pytest.mark.slow
@pytest.mark.parametrize("name", FOR_TRAINEES)
def test_the_kernel_of_a_page_takes_messages_of_widgets_and_no_code(
    trainee: Visitor, tmp_path: Path, name: str
) -> None:
    """Who opens a page's own socket gets no code run, not even in silence; widgets are answered."""
    page = trainee.ask(f"/voila/render/{name}")[1]
    kernel = re.search(r'"kernelId": ?"([0-9a-f-]{36})"', page)
    assert kernel is not None
    touched = tmp_path / "touched"
    code = {
        "code": f"open({str(touched)!r}, 'w').close()",
        "silent": False,
        "store_history": False,
        "allow_stdin": False,
    }
    asked = asyncio.run(
        answers(
            trainee,
            kernel[1],
            [
                ("shell", "execute_request", code),
                ("control", "execute_request", code),
                ("shell", "inspect_request", {"code": "simcare", "cursor_pos": 3, "detail_level": 1}),
                ("shell", "complete_request", {"code": "simcare.", "cursor_pos": 8}),
                ("shell", "history_request", {"hist_access_type": "tail", "n": 9, "output": True, "raw": True}),
                ("control", "debug_request", {"type": "request", "seq": 1, "command": "evaluate", "arguments": {}}),
                ("control", "shutdown_request", {"restart": True}),
                ("stdin", "input_reply", {"value": "1"}),
                ("shell", "comm_info_request", {}),
                ("shell", "kernel_info_request", {}),
            ],
        )
    )
    assert asked == ["comm_info_request", "kernel_info_request"]
    assert not touched.exists()


async def answers(visitor: Visitor, kernel: str, messages: list[tuple[str, str, dict[str, object]]]) -> list[str]:
    """Send messages to a kernel, and return which of them it did anything about."""
    url = f"{visitor.root.replace('http', 'ws')}/api/kernels/{kernel}/channels?session_id={uuid4()}"
    socket = await websocket_connect(HTTPRequest(url, headers={"Cookie": visitor.header(), "Origin": visitor.root}))
    sent = {}
    for channel, kind, content in messages:
        header = {"msg_id": uuid4().hex, "username": "", "session": uuid4().hex, "msg_type": kind, "version": "5.3"}
        sent[header["msg_id"]] = kind
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": channel}
        await socket.write_message(json.dumps({**message, "buffers": []}))
    done: list[str] = []
    while "kernel_info_request" not in done:  # what was sent before it has been taken or dropped by then
        message = json.loads(str(await asyncio.wait_for(socket.read_message(), PATIENCE_SECONDS)))
        kind = sent.get(message["parent_header"].get("msg_id", ""))
        if kind is not None and kind not in done:
            done.append(kind)
    socket.close()
    return done


# -- who is here -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "name", "roles"),
    [
        ({}, None, {"trainee", "trainer", "planner"}),
        ({"SIMCARE_ROLES": ""}, None, {"trainee", "trainer", "planner"}),
        ({"JUPYTERHUB_USER": "ann"}, "ann", {"trainee"}),
        ({"JUPYTERHUB_USER": "ann", "SIMCARE_ROLES": "staff, admin"}, "ann", {"trainee"}),
        ({"JUPYTERHUB_USER": "bo", "SIMCARE_ROLES": "Trainers,staff"}, "bo", {"trainee", "trainer"}),
        ({"JUPYTERHUB_USER": "cy", "SIMCARE_ROLES": "planner"}, "cy", {"trainee", "planner"}),
    ],
)
def test_a_hub_says_who_is_here(environ: dict[str, str], name: str | None, roles: set[str]) -> None:
    """Without a hub everything is open; under one, a person without a group practices and no more."""
    assert who_is_here(environ) == Person(name, frozenset(roles))  # type: ignore[arg-type]
    assert who_is_here(environ).only_practices == (roles == {"trainee"})


def test_roles_come_from_whole_words() -> None:
    """A group that only contains the word gives nothing."""
    assert roles_of(["ex-trainers", "trainer2", "trainees", "planning", ""]) == {"trainee"}


def test_on_ones_own_machine_the_landing_page_says_that_there_is_no_wall() -> None:
    """All doors, and the plain sentence."""
    page = server.landing_page(who_is_here({}))
    assert re.findall(r"<h2 id=\"(\w+)\"", page) == ["practice", "author", "plan"]
    assert "There is no wall between roles here" in page and "your organization's server" not in page


def test_each_role_sees_its_doors() -> None:
    """A trainer writes calls, a planner plans; both may open notebooks."""
    for group, doors in (("trainers", ["practice", "author"]), ("planners", ["practice", "plan"])):
        page = server.landing_page(who_is_here({"JUPYTERHUB_USER": "x", "SIMCARE_ROLES": group}))
        assert re.findall(r"<h2 id=\"(\w+)\"", page) == doors and "lab/tree/01" in page


def test_without_jupyterhubs_package_a_hub_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody would check who comes in, so nothing opens."""
    monkeypatch.setenv("JUPYTERHUB_USER", "ann")
    monkeypatch.setattr(server.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SimcareError, match="install jupyterhub"):
        server.make_server()
