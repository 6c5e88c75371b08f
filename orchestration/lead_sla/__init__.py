"""The pipeline around the dbt project: landing, checks, publishing, the daily job and the command line.

Nothing happens on import except that telemetry is switched off, which has to come before the first import of a
library that would send any.
"""

from lead_sla.telemetry import switch_off

switch_off()
