"""HubSpot as a fake: a CRM with a history, behind the endpoints of the real API, on loopback.

`company.HubSpotCompany` is the CRM: tests add, edit, merge, archive and delete in it and set its clock.
`server.running(company)` answers for it over HTTP, with HubSpot's limits, its errors, and faults on demand.
`loading.load_sample(until)` is a company with the leads and deals of the sample company.
The shapes are those of HubSpot's documentation and of its `hubspot-sdk`, which reads every endpoint in
`tests/unit/crm/test_hubspot_by_sdk.py`.
"""
