"""The token endpoint: client credentials, and a JWT that the private key of the app's certificate has signed."""

import base64
import functools
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.support.salesforce.company import SalesforceCompany
from tests.support.salesforce.exchange import Answer
from tests.support.salesforce.ids import make_id
from tests.support.salesforce.refusals import refused_login

CLIENT_ID = "3MVG9fakeConsumerKey.of_the_external_client_app"
CLIENT_SECRET = "5ECRE7C0FFEE5ECRE7C0FFEE5ECRE7C0FFEE5ECRE7C0FFEE"  # noqa: S105 - opens nothing but the fake
USERNAME = "integration@acme.example"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCES = ("https://login.salesforce.com", "https://test.salesforce.com")
LONGEST_ASSERTION = timedelta(minutes=5)  # by the wall clock or the company's, whichever the client has
SHARED_DOMAINS = {"login.salesforce.com", "test.salesforce.com"}


@functools.cache
def make_key() -> rsa.RSAPrivateKey:
    """The private key of the app, one for all servers of a process: it takes a while to make."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Logins:
    """Hands out tokens and knows which ones are valid; they last two hours of the company's clock."""

    def __init__(self, company: SalesforceCompany, host: str) -> None:
        """No token yet."""
        self.has_approved = True  # an administrator has let the user of the integration use the app
        self.lifetime = timedelta(hours=2)
        self._company, self._host = company, host
        self._key = make_key()
        self._tokens: dict[str, datetime] = {}
        self.handed_out: list[str] = []  # every token there ever was, for a test that looks for them

    @property
    def private_key(self) -> bytes:
        """The private key whose certificate the app has, as the file that a company keeps."""
        encryption = serialization.NoEncryption()
        return self._key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)

    def expire(self) -> None:
        """All tokens become invalid."""
        self._tokens.clear()

    def is_valid(self, authorization: str) -> bool:
        """Whether the header of a request has a valid token."""
        given = self._tokens.get(authorization.removeprefix("Bearer "))
        return given is not None and self._company.now - given < self.lifetime

    def answer(self, host: str, authorization: str, body: bytes) -> Answer:
        """A token, or why there is none."""
        form = dict(parse_qsl(body.decode()))
        match form.get("grant_type"):
            case "client_credentials":
                refused = self._refuse_client(host, authorization, form)
            case grant if grant == JWT_BEARER:
                refused = self._refuse_assertion(form.get("assertion", ""), host)
            case _:
                refused = refused_login("unsupported_grant_type", "grant type not supported")
        return refused or self._hand_out(host)

    def _refuse_client(self, host: str, authorization: str, form: dict[str, str]) -> Answer | None:
        if host.partition(":")[0] in SHARED_DOMAINS:
            return refused_login("invalid_grant", "request not supported on this domain")
        if authorization.startswith("Basic "):
            client, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        else:
            client, secret = form.get("client_id", ""), form.get("client_secret", "")
        if client != CLIENT_ID:
            return refused_login("invalid_client_id", "client identifier invalid")
        if secret != CLIENT_SECRET:
            return refused_login("invalid_client", "invalid client credentials")
        return None if self.has_approved else refused_login("invalid_grant", "no client credentials user enabled")

    def _refuse_assertion(self, assertion: str, host: str) -> Answer | None:
        try:
            audiences = [*AUDIENCES, f"https://{self._host}", f"https://{host}"]
            claims = jwt.decode(
                assertion,
                self._key.public_key(),
                algorithms=["RS256"],
                audience=audiences,
                issuer=CLIENT_ID,
                options={"require": ["iss", "sub", "aud", "exp"], "verify_exp": False},
            )
        except jwt.InvalidAudienceError:
            return refused_login("invalid_grant", "audience is invalid")
        except jwt.InvalidIssuerError:
            return refused_login("invalid_client_id", "client identifier invalid")
        except jwt.InvalidTokenError:
            return refused_login("invalid_grant", "invalid assertion")
        ends = datetime.fromtimestamp(int(claims["exp"]), UTC)
        if not any(now < ends <= now + LONGEST_ASSERTION for now in (datetime.now(UTC), self._company.now)):
            return refused_login("invalid_grant", "expired authorization code")
        if claims["sub"] != USERNAME or not self.has_approved:
            return refused_login("invalid_grant", "user hasn't approved this consumer")
        return None

    def _hand_out(self, host: str) -> Answer:
        number = len(self.handed_out) + 1
        token = f"00D5g0000fake{number:03}!AQEAQ.fakeAccessToken.{number:06}"
        self._tokens[token] = self._company.now
        self.handed_out.append(token)
        address = f"https://{self._host if host.endswith('.salesforce.com') else host}"
        identity = f"https://login.salesforce.com/id/{make_id('00D', 1)}/{make_id('005', 1)}"
        shown = {"access_token": token, "scope": "api", "instance_url": address, "id": identity}
        return Answer(
            200, {**shown, "token_type": "Bearer", "issued_at": str(int(self._company.now.timestamp() * 1000))}
        )
