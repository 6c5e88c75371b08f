"""Tests of what people look at: page, workbook, mail and alerts."""
