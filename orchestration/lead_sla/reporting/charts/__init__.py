"""The charts: the same definitions are rendered on the page, in the browser, and as the picture in the email.

A chart names its data (`days`, `bookings` ...) and reads fixed fields, so that no name of a type or an SLA is
interpreted by Vega. The rows come from `data.py` for the picture and from `page/` in the browser.
"""
