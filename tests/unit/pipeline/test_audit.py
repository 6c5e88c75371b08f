"""The last gate before publishing: a run's own event log decides, not the order of the graph."""

import dagster as dg
import pytest

from lead_sla.errors import CheckFailedError, InputError
from lead_sla.pipeline.audit import check_metadata, failed_checks, our_error, require_audit, root_message
from lead_sla.pipeline.refresh_record import FailedCheck
from lead_sla.warehouse import LockHeldError

MART = dg.AssetKey(["marts", "a"])
GOOD = dg.AssetCheckKey(MART, "good")


def audited(*, passed: bool = True, severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR) -> tuple:
    """A run of one mart with one check; gives the instance and the run id."""

    @dg.asset(key=MART, check_specs=[dg.AssetCheckSpec("good", asset=MART)])
    def mart() -> dg.MaterializeResult:
        check = dg.AssetCheckResult(
            passed=passed,
            check_name="good",
            severity=severity,
            metadata=check_metadata(found="Keys are unique. Found 2 failures.", remedy="Fix them."),
        )
        return dg.MaterializeResult(check_results=[check])

    instance = dg.DagsterInstance.ephemeral()
    return instance, dg.materialize([mart], instance=instance).run_id


def test_a_run_that_built_and_checked_everything_may_publish() -> None:
    require_audit(*audited(), [MART], [GOOD])


def test_a_run_that_checked_nothing_may_not() -> None:
    missing = dg.AssetCheckKey(MART, "other")
    with pytest.raises(CheckFailedError, match=r"1 not checked in this run: other on marts/a\..*lead-sla refresh"):
        require_audit(*audited(), [MART], [GOOD, missing])


def test_a_run_that_did_not_build_a_mart_may_not() -> None:
    with pytest.raises(CheckFailedError, match=r"1 not built in this run: marts/b\."):
        require_audit(*audited(), [MART, dg.AssetKey(["marts", "b"])], [GOOD])


def test_checks_of_another_run_do_not_count() -> None:
    instance, _ = audited()
    with pytest.raises(CheckFailedError, match=r"1 not built in this run: marts/a.* 1 not checked in this run: good"):
        require_audit(instance, "another-run", [MART], [GOOD])


def test_a_failed_error_stops_publishing_and_a_failed_warning_does_not() -> None:
    with pytest.raises(CheckFailedError, match="1 failed: good on marts/a"):
        require_audit(*audited(passed=False), [MART], [GOOD])
    require_audit(*audited(passed=False, severity=dg.AssetCheckSeverity.WARN), [MART], [GOOD])


def test_a_failed_check_keeps_what_it_found_and_the_remedy() -> None:
    assert failed_checks(*audited(passed=False)) == [
        FailedCheck("marts/a", "good", True, "Keys are unique. Found 2 failures.", "Fix them.")
    ]


@pytest.mark.parametrize(
    ("raised", "kind"), [(InputError, InputError), (LockHeldError, LockHeldError), (ValueError, None)]
)
def test_errors_of_ours_are_known_again_in_the_event_log(raised: type[Exception], kind: type | None) -> None:
    @dg.op
    def stop() -> None:
        raise raised("targets.csv: line 2: no")

    @dg.job
    def stopped() -> None:
        stop()

    result = stopped.execute_in_process(raise_on_error=False)
    error = result.failure_data_for_node("stop").error
    ours = our_error(error)
    if kind is None:
        assert ours is None
        assert root_message(error) == "ValueError: targets.csv: line 2: no"
    else:
        assert ours is not None
        assert issubclass(ours[0], kind)
        assert ours[1] == "targets.csv: line 2: no"
