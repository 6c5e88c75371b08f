"""Salesforce as a fake: an org with a history, behind the endpoints of the real REST API, over TLS on loopback.

`company.SalesforceCompany` is the org: tests add, edit, convert, merge, delete and undelete in it and set its clock.
`server.running(company)` answers for it, with Salesforce's limits, its errors, and faults on demand.
`loading.load_sample(until)` is an org with the leads and deals of the sample company.

A client reaches the fake at the address that Salesforce has, `https://acme.my.salesforce.com`: the server is also the
proxy to it, and `server.environment` has the variables that make any client, also in a process of its own, use the
proxy and trust the certificate. `simple-salesforce` reads every endpoint in `tests/unit/crm`.
"""
