"""A real browser: Chromium, driven through chromedriver's W3C interface. No library beyond Python's own."""
import base64
import json
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


def is_here():
    return bool(shutil.which("chromedriver")) and bool(shutil.which("chromium"))


def _free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Browser:
    def __init__(self, width=1366, height=768, language="ja"):
        self.profile = tempfile.mkdtemp(prefix="mugai-browser-")
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.driver = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait_for_driver()
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                 "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--disable-dev-shm-usage",
                 "--ignore-certificate-errors", f"--user-data-dir={self.profile}", f"--window-size={width},{height}", f"--lang={language}"]
        answer = self._call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "acceptInsecureCerts": True,
            "goog:chromeOptions": {"args": flags, "prefs": {"intl.accept_languages": language}, "binary": shutil.which("chromium")}}}})
        self.session = "/session/" + answer["sessionId"]
        self.resize(width, height)

    def _wait_for_driver(self):
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(self.url + "/status", timeout=2).read()
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("chromedriver does not answer")

    def _call(self, method, path, body=None):
        data = json.dumps(body or {}).encode() if method == "POST" else None
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as failure:
            raise AssertionError(f"{method} {path}: {failure.read().decode()[:500]}") from None

    def close(self):
        try:
            self._call("DELETE", self.session)
        finally:
            self.driver.terminate()
            self.driver.wait(20)
            shutil.rmtree(self.profile, ignore_errors=True)

    def resize(self, width, height):
        self.cdp("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def cdp(self, command, parameters):
        return self._call("POST", self.session + "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def open(self, url):
        self._call("POST", self.session + "/url", {"url": url})

    def where(self):
        return self._call("GET", self.session + "/url")

    def source(self):
        return self._call("GET", self.session + "/source")

    def _find(self, selector):
        return self._call("POST", self.session + "/element", {"using": "css selector", "value": selector})[_ELEMENT]

    def has(self, selector):
        return bool(self._call("POST", self.session + "/elements", {"using": "css selector", "value": selector}))

    def text(self, selector="body"):
        """In one step, so that a page that is just being replaced does no harm; empty when there is no such element."""
        return self.script("const one = document.querySelector(arguments[0]); return one ? one.innerText : ''", selector)

    def type(self, selector, text):
        element = self._find(selector)
        self._call("POST", f"{self.session}/element/{element}/clear")
        self._call("POST", f"{self.session}/element/{element}/value", {"text": text})

    def upload(self, selector, path):
        self._call("POST", f"{self.session}/element/{self._find(selector)}/value", {"text": str(path)})

    def click(self, selector):
        self._call("POST", f"{self.session}/element/{self._find(selector)}/click")

    def press(self, keys):
        self._call("POST", self.session + "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": [
            step for key in keys for step in ({"type": "keyDown", "value": key}, {"type": "keyUp", "value": key})]}]})

    def script(self, code, *arguments):
        return self._call("POST", self.session + "/execute/sync", {"script": code, "args": list(arguments)})

    def cookies(self):
        return self._call("GET", self.session + "/cookie")

    def set_cookie(self, name, value):
        self._call("POST", self.session + "/cookie", {"cookie": {"name": name, "value": value, "path": "/"}})

    def picture(self, path):
        pathlib.Path(path).write_bytes(base64.b64decode(self._call("GET", self.session + "/screenshot")))

    def whole_picture(self, path):
        size = self.script("return [document.documentElement.clientWidth, document.documentElement.scrollHeight]")
        shot = self.cdp("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": {
            "x": 0, "y": 0, "width": size[0], "height": min(size[1], 4000), "scale": 1}})
        pathlib.Path(path).write_bytes(base64.b64decode(shot["data"]))
