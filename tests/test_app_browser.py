"""The app in a real browser without a window: what is clicked is done, and what is shown is what
the model holds.

1. The page comes up without asking anything of the network; stepping moves the month, and the
   indices, threats, acts and chronicle shown are the
   world's own.
2. An agent that is clicked shows his state; an event that is clicked shows why it came about.
3. (long) Wishes, branches side by side, play and pause, restart, refusals and saving do what the
   session does.
4. (long) Everything can be reached from the keyboard, every field has a label, and at the width of
   a phone nothing sticks out.
5. The command refuses a taken port and an unknown scenario in one sentence, with exit code 2; pages
   of other sites are not answered.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from worlds import kazakhstan

import poruka as pk
from poruka.app.panel_data.agent import last_deed
from poruka.app.panel_data.instruments import taken, weighed
from poruka.app.panel_data.threats import contenders, spheres
from poruka.app.session import Branch
from poruka.engine.index_series import INDEX_DESCRIPTIONS

HERE = Path(__file__).parent
CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (found := shutil.which(name))
    ),
    None,
)
LIBRARIES = [
    name
    for name in ("solara", "ipyvuetify", "playwright")
    if importlib.util.find_spec(name) is None
]
needs_browser = pytest.mark.skipif(
    bool(LIBRARIES) or CHROMIUM is None,
    reason=(
        f"needs {', '.join(LIBRARIES) or 'chromium on the path'}: pip install 'poruka[app]'"
        " playwright; apt-get install chromium"
    ),
)
COMMAND = [sys.executable, "-m", "poruka.cli.main", "app"]
# milliseconds; nothing is waited for longer than it takes, but a machine may be busy with other
# things
PATIENCE = 180_000
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(HERE.parent / "model"), "PYTHONUNBUFFERED": "1"}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Start the app on a free port and return where it is, with the folder it saves in."""
    kazakhstan()
    folder = tmp_path_factory.mktemp("saved")
    command = [*COMMAND, "kazakhstan", "--world", "17", "--port", "0", "--folder", str(folder)]
    server = subprocess.Popen(
        command, cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
    )
    line = server.stdout.readline()
    yield line.split("seed 1: ")[1].split()[0], folder
    server.terminate()
    server.wait(timeout=60)


@pytest.fixture(scope="module")
def browser():
    """Open a browser without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        playwright.selectors.set_test_id_attribute("data-test")
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser, address):
    """Open the app as a new visitor; whatever fails to load or is asked of another
    machine is kept.
    """
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.set_default_timeout(PATIENCE)
    opened.faults = []
    opened.on(
        "request",
        lambda one: (
            opened.faults.append(one.url)
            if not one.url.startswith((address[0], "data:", "blob:"))
            else None
        ),
    )
    opened.on(
        "response",
        lambda one: opened.faults.append(f"{one.status} {one.url}") if one.status >= 400 else None,
    )
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))
    opened.goto(address[0])
    opened.get_by_test_id("month").wait_for()
    yield opened
    assert not opened.faults
    opened.close()


def wait_for_month(page, month: int) -> None:
    """Wait until the counter shows a month."""
    page.locator(f"[data-test=month][data-month='{month}']").wait_for()


def becomes(page, shown, wanted) -> None:
    """Wait until what is shown is what is wanted: parts of a page arrive one after the other."""
    for _ in range(300):
        found = shown()
        if found == wanted:
            return
        page.wait_for_timeout(100)
    assert found == wanted


def standstill(page) -> int:
    """Return the month at which the counter has stopped."""
    before, month = -1, 0
    while before != month:
        before = month
        page.wait_for_timeout(1_000)
        month = int(page.get_by_test_id("month").get_attribute("data-month"))
    return month


def go_to(page, date: str, month: int) -> None:
    """Go to a date."""
    page.locator("#pk-date").fill(date)
    page.locator("#pk-date").dispatch_event("change")
    wait_for_month(page, month)


def show(page, tab: str) -> None:
    """Open a tab."""
    page.get_by_role("tab", name=tab).click()
    page.locator(f"#pk-tab-{tab}[aria-selected=true]").wait_for()


def world(date: str) -> pk.Regime:
    """Return the world the app shows, played by the model alone."""
    return pk.Regime(pk.load("kazakhstan"), seed=1, world=17).run_until(date)


def compare_now(page, regimes: dict[str, pk.Regime]) -> None:
    """Compare everything on the first tab with the worlds themselves."""
    for letter, regime in regimes.items():
        for name in INDEX_DESCRIPTIONS:
            cell = page.locator(f"[data-index={name}] [data-test=now-{letter}]")
            becomes(
                page, lambda cell=cell: cell.text_content().strip(), f"{getattr(regime, name):.2f}"
            )
        threats = page.locator(f".pk-threats[data-branch={letter}]")
        for one in spheres(regime)[:5]:
            cell = threats.locator(f"[data-sphere={one['name']}] td.number")
            becomes(page, lambda cell=cell: cell.text_content()[:4], f"{one['believed']:.2f}")
        first = contenders(regime)[0]
        cells = threats.locator(f"[data-contender='{first['words']}'] td.number")
        becomes(
            page,
            lambda cells=cells: cells.all_text_contents()[:2],
            [f"{first['threat']:.2f}", f"{first['acceptability']:.2f}"],
        )
        acts = page.locator(f".pk-acts[data-branch={letter}]")
        for there, listed in (
            ("[data-act]", taken(regime)),
            (".weighed [data-weighed]", weighed(regime)),
        ):
            ids = acts.locator(there)
            becomes(
                page,
                lambda ids=ids: ids.evaluate_all(
                    "all => all.map(one => one.dataset.act ?? one.dataset.weighed)"
                ),
                [one["id"] for one in listed],
            )


@needs_browser
def test_stepping_shows_the_world_itself(page):
    """Propositions 1 and 2."""
    assert page.get_by_test_id("date").text_content().strip() == "before 1990-03"
    for month in (1, 2, 3):
        page.get_by_test_id("step").click()
        wait_for_month(page, month)
    mine = world("1990-05")
    compare_now(page, {"A": mine})
    show(page, "Parliament")
    seats = int(mine.world.deputies.seated.sum())
    becomes(page, page.locator("[data-fact='seats filled']").text_content, str(seats))
    becomes(page, page.locator(".pk-house [data-node]").count, seats)
    show(page, "Now")
    go_to(page, "1995-04", 62)
    mine = world("1995-04")
    compare_now(page, {"A": mine})
    show(page, "Chronicle")
    told = [line for line in mine.chronicle().splitlines() if line.startswith("  ")]
    buttons = page.locator(".pk-history [data-event]")
    becomes(page, buttons.count, len(told))
    number = int(buttons.nth(1).get_attribute("data-event"))
    assert f"[{number}] {buttons.nth(1).text_content()}" == told[-2][6:]
    buttons.nth(1).click()
    why = page.get_by_test_id("why")
    why.wait_for()
    account = mine.why(number)
    wanted = [account.claim, *(f"{value:.3f}" for value in account.reasons.values())]
    becomes(page, lambda: [words for words in wanted if words not in why.text_content()], [])
    show(page, "Network")
    page.locator("[data-node='oligarchs 11']").click()
    card = page.get_by_test_id("person")
    card.wait_for()
    one = mine.world.oligarchs[11]
    page.locator("[data-node='president 0']").click()
    last = last_deed(Branch("A", mine), "president", 0)
    becomes(
        page,
        lambda: [
            words
            for words in (last["text"], last["claim"], *(one["value"] for one in last["reasons"]))
            if words
            not in (
                card.locator("[data-last=A]").text_content()
                if card.locator("[data-last=A]").count()
                else ""
            )
        ],
        [],
    )
    page.locator("[data-node='oligarchs 11']").click()
    for field, words in (("wealth", f"{one.wealth:.3f}"), ("clan", f"clan {one.clan}")):
        becomes(
            page,
            lambda field=field: (
                card.locator(f"[data-field={field}] td").nth(1).text_content().strip()
            ),
            words,
        )


@needs_browser
@pytest.mark.slow
def test_branches_are_played_side_by_side(page, address):
    """Proposition 3: asked for, branched, played, paused, saved; what each side shows is what its
    own world holds.
    """
    go_to(page, "1993-06", 40)
    show(page, "Change")
    page.locator("#pk-filter").fill("inertia")
    page.locator("#pk-choice").select_option("oligarchs.inertia")
    page.locator("#pk-value").fill("0.5")
    page.get_by_test_id("ask").click()
    page.locator("[data-wish='oligarchs.inertia']").wait_for()
    page.locator("#pk-value").fill("77")
    page.locator("#pk-value").evaluate("field => { field.removeAttribute('max') }")
    page.get_by_test_id("ask").click()
    page.get_by_role("alert").get_by_text("allowed is").wait_for()
    page.locator("#pk-filter").fill("")
    page.locator("#pk-group").select_option("mechanism")
    page.locator("#pk-choice option[value='M3.predation']").wait_for(state="attached")
    page.locator("#pk-choice").select_option("M3.predation")
    page.get_by_test_id("ask").click()
    page.locator("[data-wish='M3.predation']").wait_for()
    page.get_by_test_id("fork").click()
    page.get_by_test_id("close-B").wait_for()
    page.locator("#pk-pace").select_option("0.05")
    page.get_by_test_id("play").click()
    page.wait_for_function("Number(document.querySelector('[data-test=month]').dataset.month) > 44")
    page.get_by_test_id("play").click()
    page.get_by_test_id("play").get_by_text("Play").wait_for()
    month = standstill(page)
    page.get_by_test_id("step").click()
    wait_for_month(page, month + 1)
    parent = world("1993-06")
    branch = parent.fork({"oligarchs.inertia": 0.5}, without="M3.predation")
    for one in (parent, branch):
        one.run_until(one.world_scenario.date_of(month))
    assert parent.state_digest() != branch.state_digest()
    show(page, "Now")
    compare_now(page, {"A": parent, "B": branch})
    show(page, "Network")
    page.locator("[data-branch=B] [data-node='oligarchs 3']").click()
    cells = page.get_by_test_id("person").locator("[data-field=insecurity] td.number")
    cells.nth(1).wait_for()
    becomes(
        page,
        lambda: [cell.strip("≠ ") for cell in cells.all_text_contents()],
        [f"{one.world.oligarchs[3].insecurity:.3f}" for one in (parent, branch)],
    )
    show(page, "Scenario")
    page.locator("#pk-which").select_option("B")
    page.locator("#pk-file").fill("safer")
    page.get_by_test_id("save").click()
    page.get_by_test_id("saved").wait_for()
    again = pk.Regime(pk.load(address[1] / "safer.toml"), seed=1, world=17).run_until(branch.date)
    assert again.state_digest() == branch.state_digest()
    page.get_by_test_id("save").click()
    page.get_by_role("alert").get_by_text("not overwritten").wait_for()
    page.locator("#pk-name").select_option("russia")
    page.locator("#pk-world").fill("3")
    page.get_by_test_id("open").click()
    wait_for_month(page, 0)
    page.get_by_test_id("step").click()
    wait_for_month(page, 1)
    show(page, "Now")
    compare_now(page, {"A": pk.Regime(pk.load("russia"), seed=1, world=3).run_until("1990-06")})


@needs_browser
@pytest.mark.slow
def test_a_start_value_and_the_end_of_the_history(page):
    """Proposition 3: a restart with another start; playing on to the end stops there."""
    show(page, "Change")
    page.locator("#pk-group").select_option("start")
    page.locator("#pk-choice option[value='start.president.age']").wait_for(state="attached")
    page.locator("#pk-choice").select_option("start.president.age")
    page.locator("#pk-value").fill("62")
    page.get_by_test_id("ask").click()
    page.locator("[data-wish='start.president.age']").wait_for()
    page.get_by_test_id("restart").click()
    page.locator("[data-wish]").wait_for(state="detached")
    go_to(page, "2004-10", 176)
    page.get_by_test_id("play").click()
    wait_for_month(page, 178)
    page.get_by_test_id("play").get_by_text("Play").wait_for()
    becomes(page, page.get_by_test_id("step").is_disabled, True)
    show(page, "Now")
    compare_now(
        page,
        {
            "A": (
                pk.Regime(
                    pk.load("kazakhstan").change({"start.president.age": 62.0}), seed=1, world=17
                ).run()
            )
        },
    )


@needs_browser
@pytest.mark.slow
def test_it_can_be_used_with_keys_and_on_a_phone(page):
    """Proposition 4."""
    page.get_by_test_id("step").focus()
    page.keyboard.press("Enter")
    wait_for_month(page, 1)
    page.locator("#pk-tab-Now").focus()
    page.keyboard.press("ArrowRight")
    page.locator("#pk-tab-Network[aria-selected=true]").wait_for()
    page.locator("[data-node='president 0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_test_id("person").get_by_role("heading", name="oligarch").wait_for()
    assert page.evaluate("document.documentElement.lang") == "en"
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        for tab in ("Now", "Network", "Parliament", "Chronicle", "Change", "Scenario"):
            show(page, tab)
            page.wait_for_timeout(400)
            outside = page.evaluate(
                """width => [...document.querySelectorAll('.pk, .pk *')].filter(one =>
                !one.closest('.wide') && one.getBoundingClientRect().right > width + 0.5)
                .map(one => one.outerHTML.slice(0, 120))""",
                width,
            )
            assert not outside, f"{tab} at {width}: {outside[:3]}"
            nameless = page.evaluate("""[...document.querySelectorAll(
                '.pk button, .pk input, .pk select, .pk [role=button]')].filter(one =>
                !(one.labels && one.labels.length) && !one.getAttribute('aria-label')
                && !one.textContent.trim()).map(one => one.outerHTML)""")
            assert not nameless, f"{tab}: {nameless}"
            small = page.evaluate(
                """[...document.querySelectorAll('.pk button.act, .pk select, .pk input')]
                .filter(one => one.offsetHeight && one.offsetHeight < 24).length"""
            )
            assert not small, f"{tab}: {small} controls too small for a finger"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(("nonsense",), "unknown scenario"), (("kazakhstan", "--folder", "nowhere"), "no folder")],
)
def test_the_command_refuses_in_one_sentence(arguments, word, tmp_path):
    """Proposition 5."""
    done = subprocess.run(
        [*COMMAND, *arguments, "--port", "0"],
        cwd=tmp_path,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert (
        done.returncode == 2
        and (word in done.stderr or "poruka[app]" in done.stderr)
        and "Traceback" not in done.stderr
    )


@needs_browser
@pytest.mark.parametrize(
    "headers", [{"Origin": "http://elsewhere.example"}, {"Host": "elsewhere.example"}]
)
def test_other_sites_are_not_answered(address, headers):
    """Proposition 5: neither a page of another site nor another name for this machine gets in."""
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(urllib.request.Request(address[0], headers=headers), timeout=60)


@needs_browser
def test_a_taken_port_is_refused(address, tmp_path):
    """Proposition 5."""
    port = address[0].rsplit(":", 1)[1]
    done = subprocess.run(
        [*COMMAND, "kazakhstan", "--port", port],
        cwd=tmp_path,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert (
        done.returncode == 2
        and f"port {port} cannot be used" in done.stderr
        and "Traceback" not in done.stderr
    )
