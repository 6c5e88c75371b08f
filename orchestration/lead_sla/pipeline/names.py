"""The assets and checks that several modules here have to name."""

import dagster as dg

PULLED_SLICES = dg.AssetKey(["pulled_slices"])
PUBLISHED_MART = dg.AssetKey(["published_mart"])
NOTIFICATIONS = dg.AssetKey(["notifications"])
REPORTS_RENDERED = dg.AssetCheckKey(PUBLISHED_MART, "reports_rendered")
NOTIFICATIONS_DELIVERED = dg.AssetCheckKey(NOTIFICATIONS, "notifications_delivered")
