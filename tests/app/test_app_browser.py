"""The app in a real browser without a window: clicks have their effect, and the values shown
are those of the model.

1. The page opens without network access; stepping moves the month, and the
   indices, threats, movements, instruments and chronicle shown are the world's own.
2. A click on an agent shows his state, in either network; a click on an event shows why it
   occurred.
3. (long) Changes, branches side by side, play and pause, restart, refusals and saving do what the
   session does.
4. (long) Everything can be reached from the keyboard, every field has a label, and at the width of
   a phone nothing overflows.
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
from package_folder import MODEL
from worlds import kazakhstan

import poruka as pk
from poruka.app.panel_data.agent import explain_last_action
from poruka.app.panel_data.instruments import build_considered_instruments, build_used_instruments
from poruka.app.panel_data.movements import build_movements
from poruka.app.panel_data.threats import build_contenders, build_spheres
from poruka.app.session import Branch
from poruka.engine.index_series import INDEX_DESCRIPTIONS

ROOT = Path(__file__).parents[2]
CHROMIUM = next(
    (
        path
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (path := shutil.which(name))
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
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(MODEL), "PYTHONUNBUFFERED": "1"}


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
    """Open the app as a new visitor; failed requests and requests to other
    machines are collected.
    """
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.set_default_timeout(PATIENCE)
    opened.errors = []
    opened.on(
        "request",
        lambda request: (
            opened.errors.append(request.url)
            if not request.url.startswith((address[0], "data:", "blob:"))
            else None
        ),
    )
    opened.on(
        "response",
        lambda response: (
            opened.errors.append(f"{response.status} {response.url}")
            if response.status >= 400
            else None
        ),
    )
    opened.on("pageerror", lambda error: opened.errors.append(str(error)))
    opened.goto(address[0])
    opened.get_by_test_id("month").wait_for()
    yield opened
    assert not opened.errors
    opened.close()


def wait_for_month(page, month: int) -> None:
    """Wait until the counter shows a month."""
    page.locator(f"[data-test=month][data-month='{month}']").wait_for()


def becomes(page, shown, wanted) -> None:
    """Wait until a shown value is the wanted one: parts of a page arrive one after the other."""
    for _ in range(300):
        value = shown()
        if value == wanted:
            return
        page.wait_for_timeout(100)
    assert value == wanted


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
    """Return the world the app shows, simulated by the model alone."""
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
        for sphere in build_spheres(regime)[:5]:
            cell = threats.locator(f"[data-sphere={sphere['name']}] td.number")
            becomes(page, lambda cell=cell: cell.text_content()[:4], f"{sphere['perceived']:.2f}")
        first = build_contenders(regime)[0]
        cells = threats.locator(f"[data-contender='{first['label']}'] td.number")
        becomes(
            page,
            lambda cells=cells: cells.all_text_contents()[:2],
            [f"{first['threat']:.2f}", f"{first['acceptability']:.2f}"],
        )
        rows = page.locator(f".pk-movements[data-branch={letter}] [data-movement]")
        becomes(
            page,
            lambda rows=rows: rows.evaluate_all(
                "all => all.map(row => [Number(row.dataset.movement),"
                " row.querySelectorAll('button')[1].textContent])"
            ),
            [
                [movement["row"], movement["leader_label"]]
                for movement in build_movements(Branch(letter, regime))
            ],
        )
        instruments = page.locator(f".pk-instruments[data-branch={letter}]")
        for selector, rows in (
            ("[data-used]", build_used_instruments(regime)),
            (".considered [data-considered]", build_considered_instruments(regime)),
        ):
            ids = instruments.locator(selector)
            becomes(
                page,
                lambda ids=ids: ids.evaluate_all(
                    "all => all.map(row => row.dataset.used ?? row.dataset.considered)"
                ),
                [instrument["id"] for instrument in rows],
            )


@needs_browser
def test_stepping_shows_the_world_itself(page):
    """Propositions 1 and 2."""
    assert page.get_by_test_id("date").text_content().strip() == "before 1990-03"
    for month in (1, 2, 3):
        page.get_by_test_id("step").click()
        wait_for_month(page, month)
    regime = world("1990-05")
    compare_now(page, {"A": regime})
    show(page, "Parliament")
    seats = int(regime.world.deputies.seated.sum())
    becomes(page, page.locator("[data-fact='seats filled']").text_content, str(seats))
    becomes(page, page.locator(".pk-parliament [data-node]").count, seats)
    show(page, "Now")
    go_to(page, "1995-04", 62)
    regime = world("1995-04")
    compare_now(page, {"A": regime})
    show(page, "Chronicle")
    lines = [line for line in regime.chronicle().splitlines() if line.startswith("  ")]
    buttons = page.locator(".pk-chronicle [data-event]")
    becomes(page, buttons.count, len(lines))
    number = int(buttons.nth(1).get_attribute("data-event"))
    assert f"[{number}] {buttons.nth(1).text_content()}" == lines[-2][6:]
    buttons.nth(1).click()
    reasons = page.get_by_test_id("reasons")
    reasons.wait_for()
    account = regime.why(number)
    wanted = [account.claim, *(f"{value:.3f}" for value in account.reasons.values())]
    becomes(page, lambda: [text for text in wanted if text not in reasons.text_content()], [])
    show(page, "Network")
    page.locator("[data-network=ties]").click()
    page.locator("svg.ties [data-node='oligarchs 12']").click()
    page.get_by_test_id("agent").get_by_role("heading", name="oligarch 12").wait_for()
    becomes(page, page.locator("svg.ties path.tie").count, len(regime.graph("ties").edges))
    page.locator("[data-network=patronage]").click()
    page.locator("svg.patronage [data-node='oligarchs 11']").click()
    card = page.get_by_test_id("agent")
    card.wait_for()
    oligarch = regime.world.oligarchs[11]
    page.locator("[data-node='president 0']").click()
    last = explain_last_action(Branch("A", regime), "president", 0)
    becomes(
        page,
        lambda: [
            text
            for text in (
                last["text"],
                last["claim"],
                *(reason["value"] for reason in last["reasons"]),
            )
            if text
            not in (
                card.locator("[data-last-action=A]").text_content()
                if card.locator("[data-last-action=A]").count()
                else ""
            )
        ],
        [],
    )
    page.locator("[data-node='oligarchs 11']").click()
    for field, text in (("wealth", f"{oligarch.wealth:.3f}"), ("clan", f"clan {oligarch.clan}")):
        becomes(
            page,
            lambda field=field: (
                card.locator(f"[data-field={field}] td").nth(1).text_content().strip()
            ),
            text,
        )


@needs_browser
@pytest.mark.slow
def test_branches_are_simulated_side_by_side(page, address):
    """Proposition 3: changed, forked, run, paused, saved; each side shows the values of its own
    world.
    """
    go_to(page, "1993-06", 40)
    show(page, "Change")
    page.locator("#pk-filter").fill("inertia")
    page.locator("#pk-option").select_option("oligarchs.inertia")
    page.locator("#pk-value").fill("0.5")
    page.get_by_test_id("add").click()
    page.locator("[data-change='oligarchs.inertia']").wait_for()
    page.locator("#pk-value").fill("77")
    page.locator("#pk-value").evaluate("field => { field.removeAttribute('max') }")
    page.get_by_test_id("add").click()
    page.get_by_role("alert").get_by_text("allowed is").wait_for()
    page.locator("#pk-filter").fill("")
    page.locator("#pk-group").select_option("mechanism")
    page.locator("#pk-option option[value='M3.predation']").wait_for(state="attached")
    page.locator("#pk-option").select_option("M3.predation")
    page.get_by_test_id("add").click()
    page.locator("[data-change='M3.predation']").wait_for()
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
    for regime in (parent, branch):
        regime.run_until(regime.world_scenario.date_of(month))
    assert parent.state_digest() != branch.state_digest()
    show(page, "Now")
    compare_now(page, {"A": parent, "B": branch})
    show(page, "Network")
    page.locator("[data-branch=B] [data-node='oligarchs 3']").click()
    cells = page.get_by_test_id("agent").locator("[data-field=insecurity] td.number")
    cells.nth(1).wait_for()
    becomes(
        page,
        lambda: [cell.strip("≠ ") for cell in cells.all_text_contents()],
        [f"{regime.world.oligarchs[3].insecurity:.3f}" for regime in (parent, branch)],
    )
    show(page, "Scenario")
    page.locator("#pk-branch").select_option("B")
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
    """Proposition 3: a restart with another start; a run stops at the end."""
    show(page, "Change")
    page.locator("#pk-group").select_option("start")
    page.locator("#pk-option option[value='start.president.age']").wait_for(state="attached")
    page.locator("#pk-option").select_option("start.president.age")
    page.locator("#pk-value").fill("62")
    page.get_by_test_id("add").click()
    page.locator("[data-change='start.president.age']").wait_for()
    page.get_by_test_id("restart").click()
    page.locator("[data-change]").wait_for(state="detached")
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
    page.get_by_test_id("agent").get_by_role("heading", name="oligarch").wait_for()
    assert page.evaluate("document.documentElement.lang") == "en"
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        for tab in ("Now", "Network", "Parliament", "Chronicle", "Change", "Scenario"):
            show(page, tab)
            page.wait_for_timeout(400)
            outside = page.evaluate(
                """width => [...document.querySelectorAll('.pk, .pk *')].filter(element =>
                !element.closest('.wide') && element.getBoundingClientRect().right > width + 0.5)
                .map(element => element.outerHTML.slice(0, 120))""",
                width,
            )
            assert not outside, f"{tab} at {width}: {outside[:3]}"
            nameless = page.evaluate("""[...document.querySelectorAll(
                '.pk button, .pk input, .pk select, .pk [role=button]')].filter(element =>
                !(element.labels && element.labels.length) && !element.getAttribute('aria-label')
                && !element.textContent.trim()).map(element => element.outerHTML)""")
            assert not nameless, f"{tab}: {nameless}"
            small = page.evaluate(
                """[...document.querySelectorAll('.pk button.action, .pk select, .pk input')]
                .filter(element => element.offsetHeight && element.offsetHeight < 24).length"""
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
