"""`simple-salesforce`, logged in to the fake."""

from typing import Any

from simple_salesforce.api import Salesforce

from tests.support.salesforce.server import HOST, Server

VERSION = "68.0"


def by_secret(server: Server, **others: Any) -> Salesforce:
    """With the client id and secret of the app."""
    given = {"consumer_key": server.client_id, "consumer_secret": server.client_secret, "domain": server.domain}
    return Salesforce(version=VERSION, **{**given, **others})


def by_key(server: Server, **others: Any) -> Salesforce:
    """With a signature of the app's private key."""
    given = {"username": server.username, "consumer_key": server.client_id, "domain": server.domain}
    return Salesforce(version=VERSION, **{**given, "privatekey_file": str(server.private_key_file), **others})


def by_token(server: Server) -> Salesforce:
    """With the last token, and nothing to get another one with."""
    return Salesforce(version=VERSION, session_id=server.logins.handed_out[-1], instance=HOST)
