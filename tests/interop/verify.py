"""Verifies an access token offline, from the issuer's URL alone, with a standard JOSE library.

    verify.py ISSUER AUDIENCE < token

Prints the claims as JSON; exits with 1 and a reason where the token is not valid.
"""

import json
import sys
import time
import urllib.parse
import urllib.request

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

ALGORITHMS = ["ES256", "ES384", "RS256", "PS256", "EdDSA", "Ed25519"]


def fetch(url):
    with urllib.request.urlopen(url, timeout=5) as answer:
        assert answer.headers.get_content_type() == "application/json", answer.headers
        return json.load(answer)


def metadata_url(issuer):
    """RFC 8414 section 3.1: the well-known part stands between host and path."""
    parts = urllib.parse.urlsplit(issuer)
    path = "/.well-known/oauth-authorization-server" + parts.path
    return urllib.parse.urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def verify(issuer, audience, token):
    metadata = fetch(metadata_url(issuer))
    assert metadata["issuer"] == issuer, "the metadata is another issuer's"
    keys = KeySet.import_key_set(fetch(metadata["jwks_uri"]))
    decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
    assert decoded.header["typ"] == "at+jwt", "not an access token"
    jwt.JWTClaimsRegistry(
        now=int(time.time()),
        leeway=10,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": audience},
        exp={"essential": True},
    ).validate(decoded.claims)
    return decoded.claims


if __name__ == "__main__":
    try:
        claims = verify(sys.argv[1], sys.argv[2], sys.stdin.read().strip())
    except (JoseError, AssertionError, KeyError, ValueError) as reason:
        sys.exit(f"not valid: {reason!r}")
    print(json.dumps(claims))
