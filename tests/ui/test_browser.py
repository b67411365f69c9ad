"""The gallery in a real Chromium: accessible, within its width, focus to be seen."""

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from tests.browser import DESKTOP, PHONE, axe_violations, opened, overflow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def gallery(live_server: LiveServer, settings: Settings) -> str:
    settings.UI_GALLERY = True
    return f"{live_server.url}/composants/"


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_gallery_is_accessible(browser: Browser, gallery: str, size: tuple[int, int]) -> None:
    with opened(browser, gallery, size) as page:
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        assert axe_violations(page) == []
        assert overflow(page) == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("path", ["/compte/login/", "/compte/mot-de-passe/oublie/"])
def test_the_doors_are_accessible(
    browser: Browser, live_server: LiveServer, path: str, size: tuple[int, int]
) -> None:
    with opened(browser, live_server.url + path, size) as page:
        assert axe_violations(page) == []
        assert overflow(page) == []


def test_axe_sees_a_fault_when_there_is_one(browser: Browser, live_server: LiveServer) -> None:
    """The control: the same check finds the fault that a page is given on purpose."""
    with opened(browser, f"{live_server.url}/compte/login/") as page:
        page.evaluate("document.querySelector('h1').insertAdjacentHTML('afterend', '<img src=x>')")
        assert any(line.startswith("image-alt") for line in axe_violations(page))


def test_wider_spacing_of_text_breaks_nothing(browser: Browser, gallery: str) -> None:
    """WCAG 1.4.12: readers may space lines, words and letters as they need."""
    with opened(browser, gallery, PHONE) as page:
        page.evaluate(SPACED)
        assert overflow(page) == []


SPACED = """() => document.querySelectorAll("body *").forEach((node) => {
  const spacing = { lineHeight: 1.5, letterSpacing: "0.12em", wordSpacing: "0.16em" };
  Object.assign(node.style || {}, spacing);
})"""


def test_overflow_is_seen_when_there_is_some(browser: Browser, gallery: str) -> None:
    with opened(browser, gallery, PHONE) as page:
        page.evaluate("document.querySelector('h1').textContent = 'x'.repeat(200)")
        page.evaluate("document.querySelector('h1').style.whiteSpace = 'pre'")
        assert overflow(page) != []


def test_the_policy_refuses_nothing_of_the_page(browser: Browser, gallery: str) -> None:
    with opened(browser, gallery) as page:
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.reload()
        assert complaints == []


def test_the_focus_is_seen_on_everything_that_takes_it(browser: Browser, gallery: str) -> None:
    with opened(browser, gallery) as page:
        unseen = [stop for _step in range(60) if (stop := next_unmarked_stop(page))]
    assert unseen == []


def next_unmarked_stop(page: Page) -> str:
    """Moves the focus by one; names the element when nothing shows it has the focus."""
    page.keyboard.press("Tab")
    return str(page.evaluate(FOCUS))


FOCUS = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return "";
  const marks = [node, node.nextElementSibling].filter(Boolean).map((n) => getComputedStyle(n));
  const ringed = marks.some((s) => s.outlineStyle === "solid" && parseFloat(s.outlineWidth) >= 3);
  return ringed ? "" : node.outerHTML.slice(0, 120);
}"""


def test_the_first_stop_leads_to_the_content(browser: Browser, gallery: str) -> None:
    with opened(browser, gallery) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "contenu"


def test_without_script_the_page_is_whole(browser: Browser, gallery: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(gallery)
    assert page.locator("summary", has_text="Autres actions").first.is_visible()
    page.locator("summary", has_text="Autres actions").first.click()
    assert page.locator("text=Exporter la liste").first.is_visible()
    context.close()
