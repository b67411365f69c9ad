"""A real Chromium for the tests marked `browser`, and what they ask of every page."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=fr-FR",
]
DESKTOP, TABLET, PHONE = (1366, 900), (768, 1024), (320, 640)


@contextmanager
def launch() -> Iterator[Browser]:
    """Chromium, from the environment's CHROMIUM or from the path."""
    # Playwright runs its own event loop, in which Django would refuse the database.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=ARGUMENTS
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: Browser, url: str, size: tuple[int, int] = DESKTOP) -> Iterator[Page]:
    """A page at that size, closed afterwards."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="fr-FR", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(url)
    try:
        yield page
    finally:
        context.close()


def log_in(page: Page, server: LiveServer, client: Client) -> None:
    """The page is from now on that of whoever is logged in in this client."""
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])


@contextmanager
def logged_in(
    browser: Browser, server: LiveServer, client: Client, size: tuple[int, int] = DESKTOP
) -> Iterator[Page]:
    """A page of that size, of whoever is logged in in this client."""
    with opened(browser, f"{server.url}/sante/", size) as page:
        log_in(page, server, client)
        yield page


def axe_violations(page: Page) -> list[str]:
    """Each violation in one line: rule, impact, the first elements it concerns."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): "
        + " | ".join(str(node["html"])[:160] for node in rule["nodes"][:5])
        for rule in found
    ]


def overflow(page: Page) -> list[str]:
    """What sticks out of the page's width; scrolling regions may hold wider things."""
    return list(page.evaluate(OVERFLOW))


OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const holds = (node) => /auto|scroll|hidden|clip/.test(getComputedStyle(node).overflowX);
  const held = (node) => node && node !== document.body
    && (holds(node) || held(node.parentElement));
  const wide = [...document.body.querySelectorAll("*")]
    .filter((node) => node.getBoundingClientRect().right > width + 1)
    .filter((node) => !held(node.parentElement))
    .map((node) => node.tagName + "." + (node.getAttribute("class") || ""));
  return wide.length ? wide : ["text wider than the page"];
}"""
