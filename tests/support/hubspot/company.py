"""A company's HubSpot account: contacts, deals and pipelines that tests edit, with a clock that they set.

Every edit happens at the clock's moment; `at` puts it into the past, as history that was there before. Everything is
done under `lock`, which the server takes for each request.
"""

import threading
from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from tests.support.hubspot.merging import combine
from tests.support.hubspot.moments import MILLISECOND, to_ms
from tests.support.hubspot.pipelines import Pipeline, Stage
from tests.support.hubspot.records import CONTACTS, DEALS, Kind, Record, Version

FIRST_NUMBER = 95  # so that ids soon sort differently as text and as numbers
START = datetime(2026, 1, 5, 6)
STANDARD = {
    "contacts": {
        *("createdate", "lastmodifieddate", "hs_object_id", "hs_merged_object_ids", "hs_calculated_form_submissions"),
        *("firstname", "lastname", "email", "phone", "lifecyclestage", "hs_analytics_source"),
    },
    "deals": {
        *("createdate", "hs_lastmodifieddate", "hs_object_id", "hs_merged_object_ids", "dealname", "closedate"),
        *("dealstage", "pipeline", "amount", "deal_currency_code"),
    },
}


class Store:
    """The records of one kind, in the order of their ids as numbers."""

    def __init__(self, kind: Kind) -> None:
        """Begin without records."""
        self.kind = kind
        self.records: dict[int, Record] = {}
        self.numbers: list[int] = []
        self.merged_into: dict[int, int] = {}
        self.properties = set(STANDARD[kind.name])

    def add(self, record: Record) -> None:
        """Take in a record."""
        self.records[record.number] = record
        insort(self.numbers, record.number)

    def remove(self, number: int) -> Record:
        """Take out a record for ever."""
        self.numbers.pop(bisect_left(self.numbers, number))
        return self.records.pop(number)

    def resolve(self, number: int) -> Record | None:
        """The record of an id, or of what it was merged into."""
        while number in self.merged_into:
            number = self.merged_into[number]
        return self.records.get(number)

    def following(self, number: int) -> Iterator[Record]:
        """The records from an id on."""
        return (self.records[one] for one in self.numbers[bisect_left(self.numbers, number) :])


class HubSpotCompany:
    """The account."""

    def __init__(self, now: datetime = START) -> None:
        """Begin with the default pipeline and nothing else."""
        self.lock = threading.RLock()
        self.now = to_ms(now)  # milliseconds since 1970
        self.index_delay = timedelta(0)  # a search knows what was so long ago
        self.history_limits = {"contacts": 45, "deals": 20}  # versions of a property that a response has at most
        self.stores = {kind.name: Store(kind) for kind in (CONTACTS, DEALS)}
        self.labels: dict[tuple[int, int], list[str | None]] = {}  # of each deal and contact; None is no label
        self.label_names: list[str] = []
        self.entry_per_label = True  # or one entry of an association with all its labels
        self.pipelines: dict[str, Pipeline] = {}
        self.revision = 0
        self._next_number = FIRST_NUMBER
        self.add_pipeline("default", "Sales Pipeline")

    def set_clock(self, now: datetime) -> None:
        """Set the clock."""
        with self.lock:
            self.now = to_ms(now)

    def pass_time(self, seconds: float) -> None:
        """Let time pass; what a client under test waits with instead of sleeping."""
        with self.lock:
            self.now += round(seconds * 1000)

    @property
    def indexed_until(self) -> int:
        """What a search knows is as old as this."""
        return self.now - self.index_delay // MILLISECOND

    def add_property(self, kind: str, name: str) -> None:
        """Define a property, such as the one that holds the segment."""
        self.stores[kind].properties.add(name)

    def add_contact(self, at: datetime | None = None, **values: str) -> str:
        """Create a contact with these properties and return its id."""
        return self._add("contacts", at, values)

    def add_deal(self, *contacts: str, at: datetime | None = None, **values: str) -> str:
        """Create a deal, associated with these contacts without a label, and return its id."""
        deal = self._add("deals", at, values)
        for contact in contacts:
            self.associate(deal, contact)
        return deal

    def edit(self, kind: str, record_id: str, at: datetime | None = None, **values: str) -> None:
        """Change properties; an empty text clears one."""
        with self.lock:
            self._write(self._record(kind, record_id), self.stores[kind], self._moment(at), values)

    def submit_form(self, contact_id: str, form: str, at: datetime | None = None) -> None:
        """A contact sends a form."""
        with self.lock:
            record, moment = self._record("contacts", contact_id), self._moment(at)
            insort(record.forms, (form, moment), key=lambda one: one[1])
            record.touch(moment)
            self.revision += 1

    def archive(self, kind: str, record_id: str) -> None:
        """Put a record into the recycling bin; its date of modification stays."""
        with self.lock:
            self._record(kind, record_id).archived = self.now
            self.revision += 1

    def restore(self, kind: str, record_id: str) -> None:
        """Take a record out of the recycling bin; its date of modification stays."""
        with self.lock:
            self._record(kind, record_id).archived = None
            self.revision += 1

    def delete(self, kind: str, record_id: str) -> None:
        """Delete a record for ever, with its associations."""
        with self.lock:
            number = self.stores[kind].remove(int(record_id)).number
            self.labels = {pair: labels for pair, labels in self.labels.items() if pair[kind == "contacts"] != number}
            self.revision += 1

    def merge(self, kind: str, primary: str, other: str, *, keep_id: bool = False) -> str:
        """Merge two records into a new one, or into the primary one, and return the id of the result."""
        with self.lock:
            store, ends = self.stores[kind], (self._record(kind, primary), self._record(kind, other))
            for end in ends:
                store.remove(end.number)
            result = combine(*ends, ends[0].number if keep_id else self._hand_out(), self.now)
            store.merged_into |= {end.number: result.number for end in ends if end.number != result.number}
            store.add(result)
            self._move_labels(kind, {end.number for end in ends}, result.number)
            self.revision += 1
            return result.id

    def associate(self, deal_id: str, contact_id: str, label: str | None = None) -> None:
        """Associate a deal with a contact, under a label or none; moves no date of modification."""
        with self.lock:
            pair = (self._record("deals", deal_id).number, self._record("contacts", contact_id).number)
            labels = self.labels.setdefault(pair, [None])
            if label not in labels:
                labels.append(label)
            if label is not None and label not in self.label_names:
                self.label_names.append(label)
            self.revision += 1

    def dissociate(self, deal_id: str, contact_id: str) -> None:
        """Take an association back, with all its labels."""
        with self.lock:
            del self.labels[int(deal_id), int(contact_id)]
            self.revision += 1

    def add_pipeline(self, pipeline_id: str, label: str) -> None:
        """Add a deal pipeline."""
        self.pipelines[pipeline_id] = Pipeline(pipeline_id, label, self.now)

    def add_stage(self, pipeline_id: str, stage: Stage) -> None:
        """Add a stage, or replace the one that has its id."""
        pipeline = self.pipelines[pipeline_id]
        pipeline.stages[stage.id], pipeline.changed = stage, self.now

    def rename_stage(self, pipeline_id: str, stage_id: str, label: str) -> None:
        """Give a stage another label; its id stays."""
        self.pipelines[pipeline_id].stages[stage_id].label = label

    def delete_stage(self, pipeline_id: str, stage_id: str) -> None:
        """Delete a stage; the history of deals keeps its id."""
        del self.pipelines[pipeline_id].stages[stage_id]

    def ids(self, kind: str, *, archived: bool = False) -> Sequence[str]:
        """The ids that a list returns, in its order."""
        return [one.id for one in self.stores[kind].following(0) if (one.archived is not None) == archived]

    def _add(self, kind: str, at: datetime | None, values: dict[str, str]) -> str:
        with self.lock:
            moment = self._moment(at)
            record = Record(self._hand_out(), moment, [moment])
            self.stores[kind].add(record)
            self._write(record, self.stores[kind], moment, values)
            return record.id

    def _write(self, record: Record, store: Store, moment: int, values: dict[str, str]) -> None:
        unknown = values.keys() - store.properties
        assert not unknown, f"{store.kind.name} have no properties {sorted(unknown)}: add_property first"
        for name, value in values.items():
            record.write(name, Version(value, moment))
        record.touch(moment)
        self.revision += 1

    def _record(self, kind: str, record_id: str) -> Record:
        return self.stores[kind].records[int(record_id)]

    def _moment(self, at: datetime | None) -> int:
        return self.now if at is None else to_ms(at)

    def _hand_out(self) -> int:
        self._next_number += 1
        return self._next_number - 1

    def _move_labels(self, kind: str, ends: set[int], result: int) -> None:
        place = int(kind == "contacts")
        for pair in [pair for pair in self.labels if pair[place] in ends]:
            moved = (result, pair[1]) if kind == "deals" else (pair[0], result)
            labels = self.labels.pop(pair)
            self.labels[moved] = list(dict.fromkeys([*self.labels.get(moved, []), *labels]))
