"""A browser at the reception desk: real requests, each timed, none waited for without end."""

import http.client
import time
import uuid
from dataclasses import dataclass
from datetime import date
from http.cookies import SimpleCookie
from urllib.parse import urlencode

PASSWORD = "une phrase de passe longue"
AGENT, QUALITE = "agent@essai.example", "qualite@essai.example"


@dataclass(frozen=True)
class Answer:
    """`status` 0: the connection was refused, cut, or left without a word."""

    status: int
    seconds: float
    location: str = ""
    body: str = ""

    @property
    def confirmed(self) -> bool:
        """What an agent reads as done: the form sends them on."""
        return self.status == 302


class Desk:
    patience = 30.0  # seconds before the browser gives up

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.port = port
        self.cookies = dict(cookies or {})

    def ask(
        self, method: str, path: str, fields: dict[str, str] | None = None, *, fault: str = ""
    ) -> Answer:
        headers = {"Host": "localhost", "X-Fault": fault} if fault else {"Host": "localhost"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            token = {"csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}
            body = urlencode({**token, **(fields or {})})
        return self._exchange(method, path, body, headers)

    def _exchange(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> Answer:
        start = time.monotonic()
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience)
        try:
            link.request(method, path, body, headers)
            response = link.getresponse()
            text = response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return Answer(0, time.monotonic() - start)
        finally:
            link.close()
        self._keep_cookies(response)
        location = response.getheader("Location", "")
        return Answer(response.status, time.monotonic() - start, location, text)

    def _keep_cookies(self, response: http.client.HTTPResponse) -> None:
        for line in response.msg.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value

    def log_in(self, email: str = AGENT, password: str = PASSWORD) -> Answer:
        self.ask("GET", "/compte/login/")
        return self.ask("POST", "/compte/login/", {"login": email, "password": password})

    def save(self, key: uuid.UUID, subject: str, *, fault: str = "") -> Answer:
        """The form of a contact, as the page sends it."""
        fields = {
            "key": str(key),
            "channel": "phone",
            "nature": "information",
            "received_on": date.today().isoformat(),  # noqa: DTZ011 the agent's own day
            "outcome": "to_handle",
            "subject": subject,
            "text": f"Note de {subject}",
        }
        return self.ask("POST", "/saisie/", fields, fault=fault)
