"""Access tokens of an external client app: by its secret, or by a signature with its private key."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import requests
from pydantic import SecretStr

from lead_sla.crm.clock import Clock
from lead_sla.crm.errors import PullError, RefusedError
from lead_sla.crm.salesforce.refusals import CREDENTIALS
from lead_sla.crm.sessions import LATER, TIMEOUT_SECONDS, open_session
from lead_sla.errors import InputError
from lead_sla.settings import Settings

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
VALIDITY = timedelta(minutes=3)
PRODUCTION, SANDBOX = "https://login.salesforce.com", "https://test.salesforce.com"
ANSWERED = 200


@dataclass(frozen=True)
class Token:
    """An access token, and the address that it is for."""

    value: SecretStr
    instance_url: str


@dataclass(frozen=True)
class Key:
    """A private key and the user that it signs in."""

    file: Path
    username: str


@dataclass(frozen=True)
class Credentials:
    """What the settings say of the external client app; no repr shows the secret."""

    domain: str
    client_id: str
    proof: SecretStr | Key

    @classmethod
    def read(cls, settings: Settings) -> "Credentials":
        """From the settings.

        Raises:
            InputError: a setting is missing.
        """
        domain, client_id = settings.salesforce_domain, settings.salesforce_client_id
        file, username = settings.salesforce_private_key_file, settings.salesforce_username
        key = Key(file, username) if file and username else None
        proof = key if file else settings.salesforce_client_secret
        if domain and client_id and proof:
            return cls(domain, client_id, proof)
        needed = {"DOMAIN": domain, "CLIENT_ID": client_id, "USERNAME" if file else "CLIENT_SECRET": proof}
        missing = [f"LEAD_SLA_SALESFORCE_{name}" for name, value in needed.items() if not value]
        raise InputError(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set. Create an external client app "
            "in Salesforce (docs/how-to/connect-salesforce.md), and put its credentials into the environment or .env."
        )

    def fetch(self, clock: Clock) -> Token:
        """A new token.

        Raises:
            PullError: Salesforce refuses the credentials, or cannot be reached.
        """
        url = f"https://{self.domain}/services/oauth2/token"
        try:
            answer = open_session(clock).post(
                url, data=self._make_form(clock), timeout=TIMEOUT_SECONDS, allow_redirects=False
            )
        except requests.RequestException as error:
            raise PullError(unreachable(self.domain, error)) from None
        token = self._read(answer)
        if isinstance(token, str):
            raise RefusedError(token)
        return token

    def _read(self, answer: requests.Response) -> Token | str:
        """The token, or what is wrong; a frame that raises must not hold the answer, which a traceback could show."""
        content = _read_object(answer)
        if answer.status_code == ANSWERED and {"access_token", "instance_url"} <= content.keys():
            return Token(SecretStr(str(content["access_token"])), str(content["instance_url"]))
        return self._describe(answer.status_code, content)

    def _make_form(self, clock: Clock) -> dict[str, str]:
        if isinstance(self.proof, Key):
            return {"grant_type": JWT_BEARER, "assertion": self._sign(self.proof, clock)}
        secret = self.proof.get_secret_value()
        return {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": secret}

    def _sign(self, key: Key, clock: Clock) -> str:
        claims = {
            "iss": self.client_id,
            "sub": key.username,
            "aud": SANDBOX if ".sandbox." in self.domain else PRODUCTION,
            "exp": int((clock.now() + VALIDITY).timestamp()),
        }
        try:
            return jwt.encode(claims, key.file.read_bytes(), "RS256")
        except (OSError, ValueError, TypeError, jwt.PyJWTError) as error:
            raise PullError(
                f"LEAD_SLA_SALESFORCE_PRIVATE_KEY_FILE: {key.file} cannot be used to sign ({type(error).__name__}). "
                "Name a PEM file with the private RSA key of the certificate that was uploaded to the app."
            ) from None

    def _describe(self, status: int, content: dict[str, Any]) -> str:
        code = content.get("error") or "no code"
        words = str(content.get("error_description") or "no message")
        if isinstance(self.proof, SecretStr):
            words = words.replace(self.proof.get_secret_value(), "***")
        return (
            f'/services/oauth2/token of {self.domain} was answered with {status} ({code}): "{words}". Check '
            f"LEAD_SLA_SALESFORCE_DOMAIN and {CREDENTIALS}, and whether the app is enabled for its flow. {LATER}"
        )


def unreachable(host: str, error: requests.RequestException) -> str:
    """That a host does not answer."""
    return (
        f"Salesforce at {host} cannot be reached ({type(error).__name__}: {error}). Check the network, a proxy and "
        f"LEAD_SLA_SALESFORCE_DOMAIN. {LATER}"
    )


def _read_object(answer: requests.Response) -> dict[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
