"""A standalone Spark cluster on this machine: a master and two workers, from the jars of the pyspark package.

    with run_cluster(folder) as cluster:
        cluster.environment   # what a Spark driver, and so dbt, needs to run on it

Everything listens on 127.0.0.1 and writes below `folder`. A core and a gigabyte a worker.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyspark

SPARK_HOME = Path(pyspark.__file__).parent
HOST = "127.0.0.1"
WORKERS = 2
PATIENCE_SECONDS = 180
# Killed tests leave no daemon behind; systems without `setpriv` (those without Linux) do without.
ENDING_WITH_US = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []

LOGGING = """
rootLogger.level = error
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n
"""


class ClusterError(Exception):
    """The cluster did not come up; the message names the log."""


@dataclass(frozen=True)
class Cluster:
    """A running cluster."""

    master_url: str
    environment: dict[str, str]


@contextlib.contextmanager
def run_cluster(folder: Path) -> Iterator[Cluster]:
    """Start a master and two workers; stop them in the end.

    Raises:
        ClusterError: Java is missing, or they were not there within three minutes.
    """
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise ClusterError("Spark needs Java 17; on Debian `apt-get install default-jre-headless`.")
    master_port, *web_ports = _free_ports(2 + WORKERS)
    master_url = f"spark://{HOST}:{master_port}"
    configuration = folder / "conf"
    configuration.mkdir(parents=True)
    (configuration / "log4j2.properties").write_text(LOGGING)
    (configuration / "spark-defaults.conf").write_text(_driver_settings(master_url, folder))
    environment = {"SPARK_HOME": str(SPARK_HOME), "SPARK_CONF_DIR": str(configuration), "SPARK_LOCAL_IP": HOST}
    with contextlib.ExitStack() as daemons:
        master = ["org.apache.spark.deploy.master.Master", "--host", HOST, "--port", str(master_port)]
        daemons.enter_context(_daemon([*master, "--webui-port", str(web_ports[0])], environment, folder / "master.log"))
        _wait_for(master_port, folder / "master.log")
        for number, web_port in enumerate(web_ports[1:], start=1):
            worker = ["org.apache.spark.deploy.worker.Worker", "--host", HOST, "--webui-port", str(web_port)]
            worker += ["--cores", "1", "--memory", "1g", "--work-dir", str(folder / f"worker-{number}"), master_url]
            daemons.enter_context(_daemon(worker, environment, folder / f"worker-{number}.log"))
        _wait_for_workers(web_ports[0], folder / "master.log")
        yield Cluster(master_url, environment)


def _driver_settings(master_url: str, folder: Path) -> str:
    settings = {
        "spark.master": master_url,
        "spark.driver.host": HOST,
        "spark.driver.memory": "1g",
        "spark.executor.memory": "1g",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.warehouse.dir": (folder / "warehouse").as_uri(),
        "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={folder / 'metastore'};create=true",
        "spark.driver.extraJavaOptions": f"-Dderby.stream.error.file={folder / 'derby.log'}",
    }
    return "".join(f"{name} {value}\n" for name, value in settings.items())


@contextlib.contextmanager
def _daemon(command: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*ENDING_WITH_US, SPARK_HOME / "bin" / "spark-class", *command],
            env={**os.environ, **environment, "SPARK_DAEMON_MEMORY": "512m"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE_SECONDS)


def _wait_for(port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.2)
    raise ClusterError(f"Nothing listens on {HOST}:{port}. Is Java older than 17? See {log}.")


def _wait_for_workers(web_port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://{HOST}:{web_port}/json/") as answer:
            if answer.read().count(b'"ALIVE"') > WORKERS:  # the master counts as one
                return
        time.sleep(0.2)
    raise ClusterError(f"The {WORKERS} workers have not joined the master. See {log}.")


def _free_ports(number: int) -> list[int]:
    with contextlib.ExitStack() as sockets:
        bound = [sockets.enter_context(socket.socket()) for _ in range(number)]
        for each in bound:
            each.bind((HOST, 0))
        return [each.getsockname()[1] for each in bound]
