"""The page, in a browser without a window."""

import re
import shutil

import pytest

from .conftest import ROOT, run_profiled

pytest.importorskip("jinja2")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture(scope="module")
def browser():
    """A browser."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip(f"there is no browser here: none of {', '.join(BROWSERS)}")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """The page of the shop in examples/."""
    folder = tmp_path_factory.mktemp("shop")
    target = folder / "page.html"
    run_profiled(folder, f"--html={target}", "-m", "examples.shop", cwd=ROOT)
    return target


@pytest.fixture
def opened(browser):
    """Open a page; what it asks for, and what goes wrong in it, is kept with it."""
    contexts = []

    def open_page(path, **options):
        context = browser.new_context(viewport={"width": 1200, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.asked, page.wrong = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.wrong.append(message.text))
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_it_loads_nothing_else_and_nothing_goes_wrong(opened, shop):
    page = opened(shop)
    assert page.asked == [shop.as_uri()]
    assert page.wrong == []
    assert page.locator("table.findings tbody tr").count() >= 14


def test_nothing_from_elsewhere_is_named_in_it(shop):
    text = shop.read_text()
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?!#)""", text)
    assert "default-src 'none'" in text and "unsafe-inline" not in text
    assert not re.search(r"\bstyle=|\bon[a-z]+=|url\(|@import|https?://", text)


def column(page, table, at):
    cells = page.locator(f"{table} tbody tr td:nth-child({at})")
    return [cell.get_attribute("data-value") or cell.inner_text() for cell in cells.all()]


def test_headings_sort_by_keyboard_and_say_so(opened, shop):
    page = opened(shop)
    heading = page.locator("table.findings thead th").nth(3)
    heading.locator("button").focus()
    page.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "descending"
    counts = list(map(float, column(page, "table.findings", 4)))
    assert counts == sorted(counts, reverse=True)
    page.keyboard.press("Space")
    assert heading.get_attribute("aria-sort") == "ascending"
    assert list(map(float, column(page, "table.findings", 4))) == counts[::-1] == sorted(counts)
    page.locator("table.findings thead th button").first.click()
    assert heading.get_attribute("aria-sort") is None
    kinds = column(page, "table.findings", 1)
    assert kinds == sorted(kinds, key=str.casefold)


def test_what_is_certain_can_be_hidden(opened, shop):
    page = opened(shop)
    rows = page.locator("table.findings tbody tr:visible")
    before = rows.count()
    page.locator("input[data-show=certain]").focus()
    page.keyboard.press("Space")
    assert rows.count() < before


def test_the_flame_graph_by_keyboard(opened, shop):
    page = opened(shop)
    told = page.locator("#told")
    page.locator("#measure").focus()
    page.keyboard.press("Tab")
    assert told.inner_text().startswith("all statements")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert told.inner_text().startswith("main:")
    first = told.inner_text()
    page.keyboard.press("ArrowRight")
    assert told.inner_text() != first
    focused = page.locator(".box:focus")
    page.keyboard.press("Enter")
    assert focused.get_attribute("width") == "100%"
    page.keyboard.press("Escape")
    assert focused.get_attribute("width") != "100%"
    page.keyboard.press("Home")
    assert told.inner_text().startswith("all statements")
    assert page.locator(".box[tabindex='0']").count() == 1


def test_the_flame_graph_by_number_and_by_time(opened, shop):
    page = opened(shop)

    def widths():
        return [box.get_attribute("width") for box in page.locator(".box").all()]

    by_time = widths()
    page.locator("#measure").click()
    assert page.locator("#measure").get_attribute("aria-pressed") == "true"
    assert widths() != by_time
    page.locator("#measure").click()
    assert [float(w[:-1]) for w in widths()] == pytest.approx([float(w[:-1]) for w in by_time])


def ground(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


@pytest.mark.parametrize(
    ("scheme", "colour"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(13, 17, 23)")]
)
def test_it_is_light_or_dark_as_the_system_is(opened, shop, scheme, colour):
    assert ground(opened(shop, color_scheme=scheme)) == colour


def test_a_button_chooses_the_colours(opened, shop):
    page = opened(shop, color_scheme="light")
    button = page.locator("#theme")
    for text, colour in (
        ("light", "rgb(255, 255, 255)"),
        ("dark", "rgb(13, 17, 23)"),
        ("as the system", "rgb(255, 255, 255)"),
    ):
        button.focus()
        page.keyboard.press("Enter")
        assert button.inner_text() == f"Colours: {text}"
        assert ground(page) == colour


CONTRASTS = """() => {
  const parts = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => rgb.slice(0, 3).map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parts(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll("body *:not(script):not(svg *)")) {
    const own = Array.from(element.childNodes).some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !element.checkVisibility()) continue;
    const [a, b] = [light(parts(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(`${element.tagName}.${element.className}: ${ratio.toFixed(2)}`);
  }
  return [...new Set(poor)];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_told_from_its_ground(opened, shop, scheme):
    assert opened(shop, color_scheme=scheme).evaluate(CONTRASTS) == []


@pytest.mark.parametrize("width", [360, 1200])
def test_the_page_itself_does_not_scroll_sideways(opened, shop, width):
    page = opened(shop)
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_all_that_can_be_pressed_has_a_name(opened, shop):
    page = opened(shop)
    for element in page.locator("button, a, input, summary, [tabindex]").all():
        name = element.evaluate(
            "e => e.getAttribute('aria-label') || e.textContent.trim() || "
            "(e.labels && e.labels[0] && e.labels[0].textContent.trim())"
        )
        assert name, element.evaluate("e => e.outerHTML.slice(0, 80)")


EVIL = """
evil = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=2>"
from sqlalchemy import Integer, String, Column, create_engine, literal_column, select
from sqlalchemy.orm import DeclarativeBase, Session

class Base(DeclarativeBase): pass

Evil = type(evil, (Base,), {
    "__tablename__": "evil",
    "id": Column(Integer, primary_key=True),
    evil: Column("name", String),
})
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with engine.begin() as connection:
    connection.execute(Evil.__table__.insert(), [{"name": "\\udc80"[:0]}] * 3)
code = compile('''
with Session(engine) as session:
    statement = select(Evil).where(literal_column("'</script><b>'") != Evil.id)
    for found in session.scalars(statement):
        found.id
''', evil + "\\udc80", "exec")
exec(code)
"""


def test_whatever_a_program_calls_its_things_is_shown_as_text(opened, profiled, tmp_path):
    target = tmp_path / "page.html"
    profiled("", f"--html={target}", model=EVIL, arguments=["<script>window.hacked=3</script>"])
    page = opened(target)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img, b").count() == 0
    assert page.locator("script").count() == 1
    assert "window.hacked=2" in page.locator("table.findings").inner_text()
    assert page.wrong == [] and page.asked == [target.as_uri()]
    assert not re.search(r"<img|<b>|<script>window", target.read_text())


def test_a_page_of_nothing(opened, tmp_path):
    program, target = tmp_path / "program.py", tmp_path / "page.html"
    program.write_text("")
    run_profiled(tmp_path, f"--html={target}", str(program))
    page = opened(target)
    assert page.wrong == []
    assert "Nothing that could be spared was seen." in page.inner_text("#findings")


def test_a_large_report_is_cut_and_says_so(opened, profiled, tmp_path):
    jobs = "\n".join(
        f"def job_{n}(session): return [one.id for one in session.scalars(select(Author))]\n"
        f"with Session(engine) as session: job_{n}(session)"
        for n in range(1_005)
    )
    target = tmp_path / "page.html"
    done = profiled(jobs, f"--html={target}")
    assert len(done.report["findings"]) == 1_005
    page = opened(target)
    assert page.locator("table.findings tbody tr").count() == 1_000
    assert "and 5 more, in the JSON form" in page.inner_text("#findings")
