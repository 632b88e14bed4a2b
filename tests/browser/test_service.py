"""The practice of a trainee under a hub: the service's own page, and a server of one's own behind walls."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from simcare.training.records import Records
from tests.browser.harness import NARROW, UNROLLED, WIDE, Stage
from tests.browser.visits import House, visit
from tests.desk.serving import PREFIX, WHO, served
from tests.desk.told import LIBRARY, ToldListener

SAY = "Say it in your own words"
HUB = Path(__file__).parents[1] / "desk" / "hub"


class Guest:
    """A browser whose person a header names, at the service's page."""

    axe = Stage.axe
    overflow = Stage.overflow
    unrolled = UNROLLED

    def __init__(self, page: Page, root: str) -> None:
        """Open the page and wait for the desk."""
        self.page = page
        self.errors: list[str] = []
        self.elsewhere: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda asked: self.elsewhere.append(asked.url) if not asked.url.startswith(root) else None)
        page.goto(root + PREFIX)
        page.locator("#desk h1").wait_for()


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Run the service with the tests' own calls and a listener that hears intents by their ids."""
    monkeypatch.setenv("SIMCARE_LIBRARY", str(LIBRARY))
    with Records.open(f"sqlite:///{tmp_path / 'records.sqlite'}") as records, served(records, ToldListener()) as root:
        yield root


def come(chromium: Browser, root: str, *, size: tuple[int, int] = WIDE, dark: bool = False) -> Guest:
    """Come to the page as somebody who is signed in."""
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        extra_http_headers={WHO: "dana"},
    )
    return Guest(context.new_page(), root)


@pytest.mark.browser
@pytest.mark.parametrize(("size", "dark"), [(WIDE, False), (NARROW, True)])
def test_a_call_is_played_at_the_services_page(chromium: Browser, root: str, size: tuple[int, int], dark: bool) -> None:
    """From the list into a call by mouse and keyboard; the page fits, axe finds nothing, and asks nobody else."""
    guest = come(chromium, root, size=size, dark=dark)
    page = guest.page
    assert page.get_by_text("Hello dana.").count() == 1 and page.get_by_text("Not you?").count() == 0
    assert page.get_by_text("not a clinical protocol").count() >= 1
    found = guest.axe()
    assert (guest.overflow(), found["violations"], found["not_examined"]) == (0, [], [])
    page.get_by_role("button", name="Open").first.click()
    page.get_by_role("button", name="Dial").first.click()
    box = page.get_by_label(SAY)
    box.fill("greet_introduce")
    box.press("Enter")
    page.locator(".line.mine, .mine").first.wait_for()
    assert box.input_value() == ""
    page.reload()
    page.get_by_label(SAY).wait_for()  # the desk stands where it stood
    page.get_by_role("link", name="How am I doing?").click()
    page.get_by_role("heading", level=1).wait_for()
    found = guest.axe()
    assert (guest.overflow(), found["violations"], found["not_examined"]) == (0, [], [])
    page.get_by_role("link", name="Take a call").last.click()
    page.get_by_label(SAY).wait_for()
    assert (guest.errors, guest.elsewhere) == ([], [])


@pytest.mark.browser
@pytest.mark.parametrize(("size", "dark"), [(WIDE, False), (NARROW, True)])
def test_a_shift_is_worked_at_the_services_page(
    chromium: Browser, root: str, size: tuple[int, int], dark: bool
) -> None:
    """From the list through a message and a call to the debrief with its twin; axe finds nothing."""
    guest = come(chromium, root, size=size, dark=dark)
    page = guest.page

    def press(name: str) -> None:
        before = page.locator(".simcare-shift").get_attribute("data-seq")
        page.get_by_role("button", name=name).first.click()
        page.wait_for_function("(n) => document.querySelector('.simcare-shift').dataset.seq !== n", arg=before)

    def sound() -> None:
        found = guest.axe()
        assert (guest.overflow(), found["violations"], found["not_examined"]) == (0, [], [])

    page.get_by_role("link", name="Work a shift").click()
    page.get_by_text("Hello dana.").wait_for()
    sound()
    press("Open A quiet Tuesday morning")
    press("Begin the shift")
    sound()
    press("Lakeside Cardiology")
    page.locator("#shift-list ~ ul").get_by_role("button").first.click()
    press("Phone")
    lose_a_line(page)
    page.reload()
    page.get_by_label(SAY).wait_for()  # the call on hand stands where it stood
    if page.get_by_role("tab", name="Decide").count():
        page.get_by_role("tab", name="Decide").click()
    page.get_by_role("button", name="End the call").click()
    page.get_by_role("dialog").get_by_role("button", name="End the call").click()
    press("Put the call away")
    page.get_by_role("button", name="End the shift").click()
    press("End it and see the debrief")
    page.get_by_text("worked 200 times by a model of a new hire").wait_for()
    sound()
    press("See its debrief")
    page.get_by_role("heading", name="Your decision").wait_for()
    press("Back to A quiet Tuesday morning")
    page.get_by_role("link", name="How am I doing?").last.click()
    page.get_by_role("button", name="Debrief of A quiet Tuesday morning").click()
    page.get_by_role("heading", name="What counted").wait_for()
    assert (guest.errors, guest.elsewhere) == ([], [])


def lose_a_line(page: Page) -> None:
    """Type while the service does not answer: the words go back into the box, and the next try is heard."""
    box = page.get_by_label(SAY)
    page.route("**/desk?*", lambda route: route.abort())
    box.fill("greet_introduce")
    box.press("Enter")
    page.get_by_text("The service did not answer").wait_for()
    assert box.input_value() == "greet_introduce"
    page.unroute("**/desk?*")
    box.press("Enter")
    page.locator(".line.mine, .mine").first.wait_for()


@pytest.mark.browser
def test_an_exercise_leads_from_the_calls_to_its_shift_and_back(
    chromium: Browser, root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where next comes a shift, the list of calls links to the shifts' room, which opens its brief and leads back."""
    (tmp_path / "own" / "exercises").mkdir(parents=True)
    (tmp_path / "own" / "exercises" / "our-check.yaml").write_text(
        "simcare_exercise: 1\nid: our-check\ntitle: Our check\nabout: For the tests.\nmode: assessment\n"
        "items: [{shift: quiet-tuesday}]\npass_mark: {source: A test, confidence: assumption, "
        "judges: [{name: One, estimates: {shift/quiet-tuesday: 50}}]}\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("SIMCARE_LIBRARY", f"{LIBRARY}{os.pathsep}{tmp_path / 'own'}")
    guest = come(chromium, root)
    page = guest.page
    page.locator("summary").filter(has_text="Exercises").click()
    page.get_by_role("link", name="Go to the shift").click()
    page.get_by_text("Exercise: Our check").wait_for()
    page.get_by_role("button", name="Begin the shift").click()
    page.get_by_role("button", name="End the shift").click()
    page.get_by_role("button", name="End it and see the debrief").click()
    page.get_by_text("for the exercise “Our check”").wait_for()
    assert page.get_by_role("button", name="This shift again").count() == 0
    page.get_by_role("link", name="Back to the exercises").first.click()
    page.get_by_role("heading", name="Pick a call").wait_for()
    assert (guest.errors, guest.elsewhere) == ([], [])


@pytest.mark.browser
def test_what_was_typed_stays_where_the_service_does_not_answer(chromium: Browser, root: str) -> None:
    """The words go back into the box, with a sentence; the next try is heard."""
    guest = come(chromium, root)
    page = guest.page
    page.get_by_role("button", name="Open").first.click()
    page.get_by_role("button", name="Dial").first.click()
    lose_a_line(page)


@pytest.mark.journey
def test_practice_works_behind_the_walls_of_a_trainees_server(chromium: Browser, tmp_path: Path) -> None:
    """All that the practice page needs is on the list of what is open; no other door is shown."""
    house = House(tmp_path, paths=(HUB,), JUPYTERHUB_USER="ann")
    try:
        with visit(chromium, house) as come_in:
            page = come_in.enter().page
            assert page.get_by_role("heading", level=2).all_inner_texts() == ["Practice"]
            page.get_by_role("link", name="Take a call").click()
            page.get_by_text("Hello ann.").wait_for()
            come_in.press("Open Your first call")
            come_in.press("Dial")
            page.get_by_label(SAY).fill("Hello, this is Ann from the care team.")
            page.get_by_label(SAY).press("Enter")
            page.locator(".line.mine, .mine").first.wait_for()
            page.goto(page.url.replace("01-take-a-call", "05-work-a-shift"))
            page.get_by_text("Hello ann.").wait_for()
            come_in.press("Open A quiet Tuesday morning")
            page.get_by_role("button", name="Begin the shift").click()
            page.get_by_role("heading", name="Your list").wait_for()
            assert (come_in.errors, come_in.elsewhere) == ([], [])
    finally:
        house.program.kill()
