"""The pipeline around the dbt project: landing, checks, publishing, the daily job and the command line."""

import time

LOADED_AT = time.time()  # before any module of the package was read
