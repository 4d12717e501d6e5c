"""A headless Chromium that looks at pages as people do: two languages, light and dark, wide and narrow.

Chromium is Debian's, Playwright and axe come from PyPI (`tools/install --tests`); where this Python lacks them, the
script starts again with the one they were installed for.
"""

import os
import shutil
import sys


def environment():
    """The folder in which `tools/install --tests` puts the Python packages."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(cache, "tafel-tests", "venv")


try:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright
except ImportError:
    python = os.path.join(environment(), "bin", "python3")
    if os.path.realpath(sys.prefix) == os.path.realpath(environment()) or not os.access(python, os.X_OK):
        sys.exit("error: playwright and axe-playwright-python are missing. Run tools/install --tests")
    os.execv(python, [python, *sys.argv])

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
ACTION_MILLISECONDS_MAX = 15_000
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Parts in the flow of a page, each beside the two that follow it; and texts that leave the cell they stand in.
OVER_EACH_OTHER = """() => {
  const found = [];
  function flows(e) {
    const style = getComputedStyle(e);
    return e.getClientRects().length > 0 && style.visibility !== "hidden" && style.position === "static"
      && style.float === "none" && !style.display.startsWith("inline") && style.display !== "contents";
  }
  for (const parent of document.querySelectorAll("body, body *")) {
    if (parent.closest(".map, svg") || !parent.getClientRects().length) continue;
    const parts = [...parent.children].filter(flows).map(e => [e, e.getBoundingClientRect()]);
    for (let i = 0; i < parts.length; i += 1) {
      for (const [other, b] of parts.slice(i + 1, i + 3)) {
        const a = parts[i][1];
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 1 && high > 1) found.push([parts[i][0].outerHTML.slice(0, 90), other.outerHTML.slice(0, 90)]);
      }
    }
    if (["TD", "TH", "LI", "DD", "DT", "P"].includes(parent.tagName)
      && getComputedStyle(parent).overflowY === "visible" && parent.scrollHeight > parent.clientHeight + 2
      && parent.clientHeight > 0 && !getComputedStyle(parent).display.startsWith("inline")) {
      found.push([parent.outerHTML.slice(0, 90), parent.scrollHeight - parent.clientHeight]);
    }
  }
  return found.slice(0, 5);
}"""


class Browser:
    """One Chromium for a script; windows are contexts of their own."""

    def __init__(self, suite, folder):
        path = shutil.which("chromium")
        if not path:
            sys.exit("error: chromium is missing. Run tools/install --tests")
        self.suite, self.folder, self.axe, self.looked = suite, folder, Axe(), 0
        self.playwright = sync_playwright().start()
        arguments = ["--no-sandbox"] if os.getuid() == 0 else []
        self.chromium = self.playwright.chromium.launch(executable_path=path, args=arguments)
        os.makedirs(folder, exist_ok=True)

    def close(self):
        self.chromium.close()
        self.playwright.stop()

    def window(self, base, language="nl", scheme="light", size=WIDE):
        return Window(self, base, language, scheme, size)


class Window:
    """A window on one node's pages; everything the browser complains of is a failed check."""

    def __init__(self, browser, base, language, scheme, size):
        self.browser, self.suite, self.base = browser, browser.suite, base.rstrip("/")
        self.expected = 0
        self.context = browser.chromium.new_context(
            locale={"nl": "nl-NL", "en": "en-GB"}[language],
            color_scheme=scheme,
            viewport=size,
            timezone_id="Europe/Amsterdam",
        )
        self.context.set_default_timeout(ACTION_MILLISECONDS_MAX)
        self.page = self.context.new_page()
        self.page.on("console", self.console)
        self.page.on("pageerror", lambda error: self.suite.check(False, "no script fails", error))
        self.page.on("requestfailed", self.failed)

    def failed(self, request):
        # A page that is left before its icon came breaks that request off itself.
        if request.failure != "net::ERR_ABORTED":
            self.suite.check(False, "every request is answered", f"{request.url} {request.failure}")

    def console(self, message):
        # Chromium reports a page whose status says that something typed was refused; that page is meant.
        if message.type == "error" and "Failed to load resource" in message.text and self.expected:
            return
        if message.type in ("error", "warning"):
            self.suite.check(False, "the browser's console stays empty", f"{self.page.url}: {message.text}")

    def refusals(self):
        """Within this, pages may answer with a status that says no."""
        window = self

        class Refusals:
            def __enter__(self):
                window.expected += 1

            def __exit__(self, *_):
                window.page.wait_for_load_state("networkidle")
                window.expected -= 1

        return Refusals()

    def go(self, path):
        return self.page.goto(self.base + path)

    def log_in(self, user, password):
        self.go("/login")
        self.page.fill("#user", user)
        self.page.fill("#password", password)
        with self.page.expect_navigation():
            self.page.press("#password", "Enter")

    def look(self, name):
        """axe, width, headings, language of the page that is shown; and a picture of it."""
        page, suite = self.page, self.suite
        results = self.browser.axe.run(page, options=AXE)
        violations = [
            f"{v['id']} ({v['impact']}): "
            + "; ".join(n["html"][:160] + " " + (n.get("failureSummary") or "")[:260] for n in v["nodes"][:3])
            for v in results.response["violations"]
        ]
        suite.check(not violations, f"{name}: axe finds no violations", "\n          ".join(violations))
        wide = page.evaluate("() => [document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]")
        far = page.evaluate(
            "() => [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth +"
            " 1).slice(0, 5).map(e => e.outerHTML.slice(0, 120))"
        )
        suite.check(wide[0] <= wide[1], f"{name}: nothing scrolls sideways", (wide, far))
        suite.check(page.locator("h1").count() == 1, f"{name}: one heading of the first level")
        suite.equal(page.evaluate(OVER_EACH_OTHER), [], f"{name}: nothing lies over what stands beside it")
        made = page.evaluate(
            '() => [...document.querySelectorAll(\'script:not([src^="/search.js?"]:empty):not([src^="/map.js?"]:empty)'
            ':not([src="/leaflet/leaflet.js"]:empty), img, iframe, object, [onerror], [onfocus], [style]\')]'
            # The library that draws maps places its parts by styles.
            ".filter(e => !e.closest('.map')).length"
        )
        suite.equal(made, 0, f"{name}: no text became an element or an attribute")
        page.screenshot(path=os.path.join(self.browser.folder, name.replace("/", "-") + ".png"), full_page=True)
        self.browser.looked += 1

    def text(self, selector="main"):
        return self.page.locator(selector).inner_text()

    def close(self):
        self.context.close()
