#!/usr/bin/env python3
"""browser.py WEIR SCAN_REPORT [--pictures FOLDER]: the pages of --html in a real browser; prints TAP.

SCAN_REPORT makes up what weir scan reports, see tests/golden/scan_report.c.

Drives Debian's chromium over its debugging pipe; every case is skipped where it is not
installed. --pictures leaves screenshots of a desktop, a phone, a dark phone and the
printed page in FOLDER, to be looked at.
"""

import base64
import fcntl
import functools
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden"))
sys.dont_write_bytecode = True
import run as golden  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402

WEIR = os.path.abspath(sys.argv[1])
SCAN_REPORT = os.path.abspath(sys.argv[2])
PICTURES = os.path.abspath(sys.argv[4]) if len(sys.argv) > 4 else None
SHELL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "php", "malicious",
                     "eval_post.php")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PHONE, DESKTOP, NARROW = (360, 740, True), (1280, 900, False), (320, 640, True)
NASTY = "\"><script>document.title='owned'</script><img src=http://192.0.2.1/x onerror=alert(1)>"


class Browser:
    """Commands go into one pipe, answers and events come out of another, NUL between."""

    def __init__(self, home):
        command_read, self.commands = os.pipe()
        self.answers, answer_write = os.pipe()

        def place():
            """The browser expects them as descriptors 3 and 4."""
            spares = [fcntl.fcntl(one, fcntl.F_DUPFD, 10) for one in (command_read, answer_write)]
            os.dup2(spares[0], 3)
            os.dup2(spares[1], 4)

        self.process = subprocess.Popen(
            [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
             "--disable-background-networking", "--disable-component-update",
             "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND",
             f"--user-data-dir={home}", "--remote-debugging-pipe", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=place, close_fds=False, env=dict(os.environ, HOME=home))
        os.close(command_read)
        os.close(answer_write)
        self.rest, self.number, self.events, self.session = b"", 0, [], None
        target = self.do("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.do("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.do(f"{domain}.enable")

    def next_message(self, until):
        while b"\0" not in self.rest:
            if not select.select([self.answers], [], [], max(0, until - time.monotonic()))[0]:
                raise TimeoutError("the browser does not answer")
            data = os.read(self.answers, 1 << 20)
            if not data:
                raise EOFError("the browser ended")
            self.rest += data
        message, _, self.rest = self.rest.partition(b"\0")
        return json.loads(message)

    def do(self, method, **parameters):
        self.number += 1
        command = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            command["sessionId"] = self.session
        os.write(self.commands, json.dumps(command).encode() + b"\0")
        until = time.monotonic() + 60
        while True:
            message = self.next_message(until)
            if message.get("id") == self.number:
                assert "result" in message, message
                return message["result"]
            self.events.append(message)

    def wait_for(self, method):
        until = time.monotonic() + 60
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.next_message(until))

    def load(self, path, screen, dark=False):
        width, height, is_phone = screen
        self.do("Emulation.setDeviceMetricsOverride", width=width, height=height,
                deviceScaleFactor=2 if is_phone else 1, mobile=is_phone)
        self.do("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.events.clear()
        self.do("Page.navigate", url=f"file://{path}")
        self.wait_for("Page.loadEventFired")

    def evaluate(self, script):
        return self.do("Runtime.evaluate", expression=script, returnByValue=True)["result"].get(
            "value")

    def requests(self):
        return [event["params"]["request"]["url"] for event in self.events
                if event.get("method") == "Network.requestWillBeSent"]

    def complaints(self):
        return [event for event in self.events
                if event.get("method") in ("Log.entryAdded", "Runtime.consoleAPICalled",
                                           "Runtime.exceptionThrown", "Page.javascriptDialogOpening")]

    def picture(self, name):
        size = self.do("Page.getLayoutMetrics")["cssContentSize"]
        data = self.do("Page.captureScreenshot", captureBeyondViewport=True,
                       clip={"x": 0, "y": 0, "width": size["width"],
                             "height": min(size["height"], 6000), "scale": 1})["data"]
        keep(name, base64.b64decode(data))

    def print(self):
        return base64.b64decode(self.do("Page.printToPDF", preferCSSPageSize=True,
                                        paperWidth=8.27, paperHeight=11.69)["data"])

    def close(self):
        self.session = None
        try:
            self.do("Browser.close")
        except (EOFError, OSError, TimeoutError):
            pass
        self.process.wait(timeout=30)


def keep(name, data):
    with open(os.path.join(PICTURES, name), "wb") as file:
        file.write(data)


def make_page(folder, scenario, spoil=False):
    files, _ = world.make(scenario)
    if spoil:
        files["php-mail.log"] = files["php-mail.log"].replace("cache_x7.php", f"{NASTY}.php")
        files["access/blog.log"] = files["access/blog.log"].replace("cache_x7.php",
                                                                   f"{NASTY}.php".replace('"', ""))
    golden.write_logs(folder, files)
    path = os.path.join(folder, "page.html")
    done = golden.trace(WEIR, folder, "--html", path)
    assert done.returncode in (0, 1), done.stderr
    return path, int(done.returncode)


def check(browser, folder, scenario, spoil):
    path, count = make_page(folder, scenario, spoil)
    for screen, dark in ((DESKTOP, False), (PHONE, False), (PHONE, True)):
        browser.load(path, screen, dark)
        assert browser.requests() == [f"file://{path}"], browser.requests()
        assert not browser.complaints(), browser.complaints()
        title = browser.evaluate("document.title")
        assert title in ("weir: web7", "weir: trace"), title
        assert browser.evaluate("document.querySelectorAll('article').length") == count
        assert browser.evaluate("document.querySelectorAll('article svg rect').length > 0") == bool(
            count)
        assert browser.evaluate("document.querySelectorAll('script, img').length") == 0
        browser.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        wide = browser.evaluate("document.documentElement.scrollWidth")
        assert wide <= screen[0], f"{wide} pixels wide on a screen of {screen[0]}"
        wrong = browser.evaluate(STRUCTURE)
        assert wrong == "", wrong
        background = browser.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (background == "rgb(255, 255, 255)") != dark, background
        if PICTURES:
            browser.picture(f"{scenario}{'-spoilt' if spoil else ''}-{screen[0]}"
                            f"{'-dark' if dark else ''}.png")
    printed = browser.print()
    assert printed.startswith(b"%PDF") and len(printed) > 5000, len(printed)
    if PICTURES:
        keep(f"{scenario}{'-spoilt' if spoil else ''}.pdf", printed)


# What a screen reader and weak eyes need; each sentence names what is wrong.
STRUCTURE = """(() => {
    const all = what => [...document.querySelectorAll(what)], wrong = [];
    const levels = all('h1,h2,h3,h4,h5,h6').map(one => +one.tagName[1]);
    if (levels[0] !== 1 || levels.filter(one => one === 1).length !== 1) wrong.push('no one h1');
    levels.forEach((one, i) => i && one > levels[i - 1] + 1 && wrong.push('a heading skips a level'));
    if (all('main').length !== 1) wrong.push('no one main part');
    if (all('body > *').some(one => !one.matches('main, footer'))) wrong.push('out of landmarks');
    if (!document.documentElement.lang || !document.title) wrong.push('no language or title');
    all('th').forEach(one => one.scope || wrong.push('a head of a table without scope'));
    all('table').forEach(one => one.querySelector('th') || wrong.push('a table without heads'));
    all('.scroll').forEach(one => (one.tabIndex === 0 && one.getAttribute('aria-label')) ||
                           wrong.push('what scrolls cannot be reached by keys'));
    all('details').forEach(one => one.firstElementChild.tagName === 'SUMMARY' ||
                           wrong.push('details without summary'));
    all('ul').forEach(one => [...one.children].every(child => child.tagName === 'LI') ||
                      wrong.push('a list of what is no item'));
    const ids = all('[id]').map(one => one.id);
    if (new Set(ids).size !== ids.length) wrong.push('an id is there twice');
    const light = colour => colour.map(one => one / 255).map(
        one => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
        .reduce((sum, one, i) => sum + one * [0.2126, 0.7152, 0.0722][i], 0);
    const numbers = text => text.match(/[\\d.]+/g).map(Number);
    const under = one => {
        for (; one; one = one.parentElement) {
            const colour = numbers(getComputedStyle(one).backgroundColor);
            if (colour.length === 3 || colour[3] === 1) return colour.slice(0, 3);
        }
        return [255, 255, 255];
    };
    all('main *, footer').filter(one => !one.closest('svg') && [...one.childNodes].some(
        node => node.nodeType === 3 && node.data.trim())).forEach(one => {
        const [a, b] = [light(numbers(getComputedStyle(one).color).slice(0, 3)),
                        light(under(one))].sort((x, y) => y - x);
        if ((a + 0.05) / (b + 0.05) < 4.5) wrong.push('too pale: ' + one.outerHTML.slice(0, 80));
    });
    return [...new Set(wrong)].join('; ');
})()"""


def check_scan(browser, folder, scenario, articles):
    path = os.path.join(folder, "page.html")
    with open(path, "wb") as file:
        subprocess.run([SCAN_REPORT, scenario, "html"], stdout=file, timeout=60, check=True)
    check_page(browser, path, "weir: scan", f"scan-{scenario}", articles)


AUDIT_ZONE = """shop.example TXT "v=spf1 include:_spf.shop.example mx +all <b>\\"><script>alert(1)</script>"
shop.example MX 10 mx.shop.example
mx.shop.example A 192.0.2.10
_dmarc.shop.example TXT "v=DMARC1; p=none"
"""


def check_audit(browser, folder):
    """A hacked site with a nasty name, and a domain whose records are nasty, too."""
    site, path = os.path.join(folder, "<img src=x onerror=alert(1)>"), os.path.join(folder, "page.html")
    os.mkdir(site)
    shutil.copyfile(SHELL, os.path.join(site, "<script>x.php"))
    with open(os.path.join(folder, "zone"), "w", encoding="utf-8") as file:
        file.write(AUDIT_ZONE)
    subprocess.run([WEIR, "audit", "--zone", os.path.join(folder, "zone"), "--no-logs",
                    "--no-blocklists", "--site", site, "--html", path, "shop.example"],
                   stdout=subprocess.DEVNULL, timeout=120, check=False)
    check_page(browser, path, "weir: shop.example", "audit", None)
    assert browser.evaluate("document.querySelector('h2').textContent") == "Sites", "the worst is not first"


REPORT = """<feedback><report_metadata><org_name>&lt;script&gt;alert(1)&lt;/script&gt;</org_name>
<email>a@mx.example</email><report_id>1</report_id><date_range><begin>1772323200</begin><end>1772409599</end>
</date_range></report_metadata><policy_published><domain>shop.example</domain><p>none</p></policy_published>
<record><row><source_ip>192.0.2.7</source_ip><count>40</count><policy_evaluated><disposition>none</disposition>
<dkim>fail</dkim><spf>fail</spf></policy_evaluated></row><identifiers><header_from>shop.example</header_from>
</identifiers><auth_results><spf><domain>&lt;img src=x onerror=alert(1)&gt;.example</domain><result>pass</result></spf>
</auth_results></record></feedback>
"""


def check_reports(browser, folder):
    source, path = os.path.join(folder, "report.xml"), os.path.join(folder, "page.html")
    with open(source, "w", encoding="utf-8") as file:
        file.write(REPORT)
    subprocess.run([WEIR, "dmarc", "reports", "--html", path, source], stdout=subprocess.DEVNULL,
                   timeout=60, check=False)
    check_page(browser, path, None, "reports", 1)
    assert browser.evaluate("document.querySelectorAll('svg').length") >= 1, "no chart"


def check_page(browser, path, title, name, articles):
    for screen, dark in ((DESKTOP, False), (DESKTOP, True), (NARROW, False), (NARROW, True)):
        browser.load(path, screen, dark)
        assert browser.requests() == [f"file://{path}"], browser.requests()
        assert not browser.complaints(), browser.complaints()
        assert title is None or browser.evaluate("document.title") == title
        count = browser.evaluate("document.querySelectorAll('article').length")
        assert count > 0 if articles is None else count == articles, count
        assert browser.evaluate("document.querySelectorAll('script, img, [onerror]').length") == 0
        browser.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        wide = browser.evaluate("document.documentElement.scrollWidth")
        assert wide <= screen[0], f"{wide} pixels wide on a screen of {screen[0]}"
        wrong = browser.evaluate(STRUCTURE)
        assert wrong == "", wrong
        if PICTURES:
            browser.picture(f"{name}-{screen[0]}{'-dark' if dark else ''}.png")
    assert browser.print().startswith(b"%PDF")


SCANS = [("hacked", 4), ("hostile", 2), ("quiet", 0)]

CASES = [("uploaded-script", False), ("uploaded-script", True), ("mailbox", False),
         ("form-abuse", False), ("backscatter", False), ("quiet", False)]


def in_a_folder(function, browser, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        function(browser, folder, *arguments)


def main():
    if not CHROMIUM:
        print("1..0 # SKIP chromium is not installed")
        return 0
    with tempfile.TemporaryDirectory() as home:
        browser = Browser(home)
        traces = [(f"the page of {scenario}{', with hostile names,' if spoil else ''} on "
                   "desktop, phone, in the dark and on paper",
                   functools.partial(in_a_folder, check, browser, scenario, spoil))
                  for scenario, spoil in CASES]
        scans = [(f"the page of a scan, {scenario}, wide and narrow, in the dark and on paper",
                  functools.partial(in_a_folder, check_scan, browser, scenario, articles))
                 for scenario, articles in SCANS]
        others = [("the page of an audit, wide and narrow, in the dark and on paper",
                   functools.partial(in_a_folder, check_audit, browser)),
                  ("the page of DMARC reports, wide and narrow, in the dark and on paper",
                   functools.partial(in_a_folder, check_reports, browser))]
        code = tap.run(traces + scans + others)
        browser.close()
    return code


if __name__ == "__main__":
    sys.exit(main())
