"""One set of charts: the same definitions draw the page, in the browser, and the picture in the mail.

A chart names its data (`days`, `bookings` ...) and reads fixed fields, so that no name of a type or an SLA can mean
anything to Vega. Whoever draws it supplies the rows: `data.py` for the picture, `page/` for the browser.
"""
