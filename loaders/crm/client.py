"""HTTP requests to a CRM: logging in, waiting where it asks to, and errors as sentences."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_before_delay
from tenacity.wait import wait_random_exponential

from influence.errors import CrmError
from influence.loaders.crm.access import Access
from influence.tables.problems import printable

if TYPE_CHECKING:
    import httpx

ANSWER_SECONDS = 120.0
ASKED_SECONDS, LOST_SECONDS = 600.0, 30.0
"""How long a request is repeated in all: where the CRM asks to wait, and otherwise."""
LEAST_SECONDS = 0.5
"""The shortest pause before a request is repeated."""
BUSY = {429, 502, 503, 504}
LONGEST = 300
"""Characters of an answer that a message quotes."""


class Refused(CrmError):
    """The CRM refuses a request.

    Attributes
    ----------
    status : int
        Status of the answer, such as 400.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class _Busy(CrmError):
    """The CRM cannot answer now.

    Attributes
    ----------
    seconds : float or None
        How long it asks to wait.
    """

    def __init__(self, message: str, seconds: float | None = None) -> None:
        super().__init__(message)
        self.seconds = seconds


class Client:
    """Requests to one CRM, one at a time.

    Requests are repeated after 429, 502 to 504 and lost connections, and once with a new token
    after 401. All that this package sends may be sent twice.

    Parameters
    ----------
    access : Access
    name : str
        The name of the vendor, for messages.
    token_path : str
        Where tokens are fetched.
    sleep : callable, optional
        Called with seconds to wait.

    Attributes
    ----------
    name, address : str
    sleep : callable

    Raises
    ------
    CrmError
        If the extra `crm` is missing; by every request that fails.
    """

    def __init__(
        self,
        access: Access,
        name: str,
        token_path: str,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        try:
            import httpx
        except ModuleNotFoundError as error:
            raise CrmError(f"{name} needs httpx: pip install 'customer-influence[crm]'") from error
        self.name = name
        self.address = access.url
        self.sleep = sleep
        self._access = access
        self._token = access.token
        self._token_path = token_path
        self._http = httpx.Client(base_url=access.url, timeout=ANSWER_SECONDS)
        self._lost = httpx.TransportError
        self._retrying = Retrying(
            retry=retry_if_exception_type(_Busy),
            wait=_wait,
            stop=_stop,
            sleep=sleep,
            reraise=True,
        )

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """Return the JSON of an answer."""
        return self._json(self.request("GET", path, params=params))

    def post(self, path: str, body: Any) -> Any:
        """Send JSON, and return the JSON of the answer."""
        return self._json(self.request("POST", path, json=body))

    def patch(self, path: str, body: Any) -> Any:
        """Send JSON, and return the JSON of the answer."""
        return self._json(self.request("PATCH", path, json=body))

    def request(self, method: str, path: str, **content: Any) -> httpx.Response:
        """Send a request with a token; return the answer.

        Raises
        ------
        Refused
            If the answer is an error.
        CrmError
            If there is no answer.
        """
        if not self._token:
            self._renew()
        answer = self._retrying(self._send, method, path, self._token, **content)
        if answer.status_code == 401 and self._access.can_renew:
            self._renew()
            answer = self._retrying(self._send, method, path, self._token, **content)
        if not answer.is_success:
            raise self._refused(answer)
        return answer

    def _renew(self) -> None:
        """Fetch a new access token."""
        access = self._access
        form = {"grant_type": "client_credentials", "client_id": access.client_id}
        if access.client_secret:
            form["client_secret"] = access.client_secret
        if access.refresh_token:
            form |= {"grant_type": "refresh_token", "refresh_token": access.refresh_token}
        answer = self._retrying(self._send, "POST", self._token_path, "", data=form)
        if not answer.is_success:
            raise self._refused(answer)
        self._token = self._json(answer)["access_token"]

    def _json(self, answer: httpx.Response) -> Any:
        """Return the content of an answer; a page of a proxy or a log-in is no answer of a CRM."""
        try:
            return answer.json()
        except ValueError:
            raise self._refused(answer) from None

    def _send(self, method: str, path: str, token: str, **content: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= content.pop("headers", {})
        try:
            answer = self._http.request(method, path, headers=headers, **content)
        except self._lost as error:
            raise _Busy(f"{self.name} does not answer: {self._hidden(str(error))}") from None
        if answer.status_code in BUSY:
            raise _Busy(str(self._refused(answer)), _seconds(answer.headers.get("Retry-After")))
        return answer

    def _refused(self, answer: httpx.Response) -> Refused:
        told = printable(self._hidden(_told(answer)), LONGEST)
        return Refused(f"{self.name} answers {answer.status_code}: {told}", answer.status_code)

    def _hidden(self, text: str) -> str:
        """Remove credentials, which an answer may repeat."""
        for secret in {*self._access.secrets, self._token} - {""}:
            text = text.replace(secret, "***")
        return text


def _wait(state: RetryCallState) -> float:
    """Return the seconds that the CRM asks to wait; else a random time that doubles."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, _Busy) and error.seconds is not None:
        return max(error.seconds, LEAST_SECONDS)
    return wait_random_exponential(max=30)(state)


def _stop(state: RetryCallState) -> bool:
    """Return whether to give up."""
    error = state.outcome.exception() if state.outcome else None
    asked = isinstance(error, _Busy) and error.seconds is not None
    return stop_before_delay(ASKED_SECONDS if asked else LOST_SECONDS)(state)


def _seconds(header: str | None) -> float | None:
    """Read Retry-After: seconds, or a date."""
    if header is None:
        return None
    try:
        return max(float(header), 0.0)
    except ValueError:
        pass
    try:
        return max((parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None


def _told(answer: httpx.Response) -> str:
    """Return what an answer says is wrong, in the forms of both vendors."""
    try:
        body = answer.json()
    except ValueError:
        return "no JSON"
    found = body[0] if isinstance(body, list) and body else body
    if not isinstance(found, dict):
        return "no reason"
    text = found.get("message") or found.get("error_description") or found.get("error")
    code = found.get("errorCode") or found.get("category")
    return f"{code}: {text}" if code else f"{text}"
