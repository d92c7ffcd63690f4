"""Signs a person in, and out, with a standard OpenID Connect client library.

    openid.py ISSUER CLIENT_ID CLIENT_SECRET REDIRECT_URI POST_LOGOUT_REDIRECT_URI USERNAME < password

From the issuer's URL alone: discovery, sign-in with a code challenge, the ID token, userinfo, a renewal, log-out.
The browser is played: pages are fetched and their forms sent, as a person would. Prints what was learnt as JSON;
exits with 1 and a reason where anything is not as the library, or the standard, has it.
"""

import html.parser
import json
import sys
import urllib.parse

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.base_client.sync_openid import OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError


class Forms(html.parser.HTMLParser):
    """The forms of a page: where each leads, and its hidden fields."""

    def __init__(self, page):
        super().__init__()
        self.forms = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.forms.append((attributes["action"], {}))
        elif tag == "input" and attributes.get("type") == "hidden":
            self.forms[-1][1][attributes["name"]] = attributes["value"]


class Browser:
    """Keeps cookies, and follows redirects until one leads to another origin."""

    def __init__(self, origin):
        self.origin = origin
        self.session = requests.Session()

    def get(self, url):
        return self.follow(self.session.get(url, allow_redirects=False, timeout=10))

    def submit(self, page, path, fields):
        for action, hidden in Forms(page.text).forms:
            if urllib.parse.urlsplit(action).path.endswith(path):
                url = urllib.parse.urljoin(page.url, action)
                answer = self.session.post(
                    url, data={**hidden, **fields}, allow_redirects=False, timeout=10
                )
                return self.follow(answer)
        raise AssertionError(f"no form to {path} at {page.url}: {page.text}")

    def follow(self, answer):
        while answer.is_redirect:
            assert answer.status_code == 303, answer
            url = urllib.parse.urljoin(answer.url, answer.headers["Location"])
            if not url.startswith(self.origin + "/"):
                return url
            answer = self.session.get(url, allow_redirects=False, timeout=10)
        return answer


class RelyingParty(OpenIDMixin):
    """The client: what the library wants to know of its surroundings."""

    def __init__(self, issuer, client_id, client_secret, redirect_uri):
        answer = requests.get(issuer + "/.well-known/openid-configuration", timeout=10)
        answer.raise_for_status()
        assert answer.headers["Content-Type"] == "application/json", answer.headers
        self.server_metadata = answer.json()
        assert self.server_metadata["issuer"] == issuer, "the metadata is another issuer's"
        self.client_id = client_id
        self.session = OAuth2Session(
            client_id,
            client_secret,
            scope="openid profile email",
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )

    def load_server_metadata(self):
        return self.server_metadata

    def _get_session(self):
        return self.session

    def get(self, url, **arguments):
        return self.session.get(url, **arguments)


def page(answer, what):
    assert not isinstance(answer, str), f"{what}: sent on to {answer}"
    assert answer.status_code == 200, f"{what}: {answer.status_code} {answer.text}"
    return answer


def main(issuer, client_id, client_secret, redirect_uri, bye, username, password):
    client = RelyingParty(issuer, client_id, client_secret, redirect_uri)
    metadata, session = client.server_metadata, client.session
    parts = urllib.parse.urlsplit(issuer)
    browser = Browser(f"{parts.scheme}://{parts.netloc}")

    # The person is sent to sign in, and asked whether the application may.
    verifier, nonce = generate_token(64), generate_token()
    url, state = session.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce
    )
    sign_in = page(browser.get(url), "sign in")
    consent = browser.submit(sign_in, "/login", {"username": username, "password": password})
    consent = page(consent, "consent")
    back = browser.submit(consent, "/consent", {"decision": "allow"})
    assert isinstance(back, str) and back.startswith(redirect_uri + "?"), back
    answered = urllib.parse.parse_qs(urllib.parse.urlsplit(back).query)
    # RFC 9207: who it is that answers.
    assert answered["iss"] == [issuer], answered

    # The code becomes tokens, once. The library compares the state.
    endpoint = metadata["token_endpoint"]
    exchange = {"authorization_response": back, "code_verifier": verifier}
    token = session.fetch_token(endpoint, state=state, **exchange)
    first = client.parse_id_token(token, nonce=nonce)
    assert first["aud"] == client_id and "auth_time" in first and "at_hash" in first, first

    userinfo = client.userinfo()
    assert userinfo["sub"] == first["sub"], (userinfo, first)

    # A renewal keeps who it is about (OpenID Connect Core section 12.2).
    token = session.refresh_token(endpoint)
    again = client.parse_id_token(token, nonce=None)
    for same in ("iss", "sub", "aud", "auth_time", "sid"):
        assert first[same] == again[same], (same, first, again)

    # Signed in already, and asked once: nobody is asked again.
    url, state = session.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier, prompt="none"
    )
    silent = browser.get(url)
    assert isinstance(silent, str) and "code=" in silent, silent

    # Signed out, and sent back with the state.
    logout = client.create_logout_url(bye, id_token_hint=token["id_token"])
    gone = browser.get(logout["url"])
    assert gone == f"{bye}?state={logout['state']}", gone
    silent = browser.get(url)
    assert isinstance(silent, str) and "error=login_required" in silent, silent
    try:
        session.refresh_token(endpoint, refresh_token=token["refresh_token"])
    except OAuthError as error:
        assert error.error == "invalid_grant", error
    else:
        raise AssertionError("the grant lives on")
    return {"id_token": dict(first), "userinfo": dict(userinfo)}


if __name__ == "__main__":
    try:
        learnt = main(*sys.argv[1:], sys.stdin.read())
    except (
        OAuthError,
        JoseError,
        AssertionError,
        KeyError,
        ValueError,
        requests.RequestException,
    ) as reason:
        sys.exit(f"not as it should be: {reason!r}")
    print(json.dumps(learnt))
