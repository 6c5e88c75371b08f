"""A company's Salesforce org: leads, contacts, campaigns and opportunities that tests edit, with a clock that they set.

Every edit happens at the clock's moment. `at` puts it into the past: history that was there before, or a transaction
that was committed late, so that a row appears with an older SystemModstamp than rows that were there already.
Everything is done under `lock`, which the server takes for each request.
"""

import threading
from datetime import date, datetime, timedelta

from tests.support.salesforce.converting import NOT_CONTACTED, convert
from tests.support.salesforce.merging import merge
from tests.support.salesforce.moments import Value, to_second
from tests.support.salesforce.schema import CURRENCY_CODED, CURRENCY_OBJECTS, KINDS, PICKLIST, Field
from tests.support.salesforce.tables import Row, Table

START = datetime(2026, 1, 5, 6)
DEAL_DAYS = timedelta(days=30)
IN_HISTORY = ("StageName", "Amount", "CloseDate")  # a change of any of them is a row of OpportunityHistory
STAMPS = ("CreatedDate", "LastModifiedDate", "SystemModstamp")
# What is deleted and undeleted with a record; a history keeps its SystemModstamp.
CHILDREN = {
    "Lead": (("LeadHistory", "LeadId"), ("CampaignMember", "LeadId")),
    "Contact": (("CampaignMember", "ContactId"), ("OpportunityContactRole", "ContactId")),
    "Campaign": (("CampaignMember", "CampaignId"),),
    "Opportunity": (("OpportunityHistory", "OpportunityId"), ("OpportunityContactRole", "OpportunityId")),
}


class SalesforceCompany:
    """The org."""

    def __init__(self, now: datetime = START) -> None:
        """Begin without records, stages and currencies; the status of leads is tracked."""
        self.lock = threading.RLock()
        self.now = to_second(now)
        self.tables = {name: Table(kind) for name, kind in KINDS.items()}
        self.hidden: set[str] = set(
            CURRENCY_OBJECTS
        )  # objects that the org or the user of the integration does not have
        self.tracked = {"Status"}  # fields of leads whose history is kept
        self.currency = ""  # of the company; an org with one currency has no field of it
        self.tables["Organization"].add({"Name": "Acme", "InstanceName": "FAKE1", "TimeZoneSidKey": "UTC"})

    def set_clock(self, now: datetime) -> None:
        """Set the clock."""
        with self.lock:
            self.now = to_second(now)

    def pass_time(self, seconds: float) -> None:
        """Let time pass; what a client under test waits with instead of sleeping."""
        with self.lock:
            self.now += timedelta(seconds=round(seconds))

    def add_field(self, object_name: str, name: str) -> None:
        """Define a field, such as the one that holds the segment."""
        self.tables[object_name].add_field(name, Field(PICKLIST))

    def hide(self, object_name: str, *fields: str) -> None:
        """Take away the user's access to fields of an object, or to all of it."""
        if fields:
            self.tables[object_name].hidden.update(fields)
        else:
            self.hidden.add(object_name)

    def use_currencies(self, corporate: str, **rates: float) -> None:
        """Switch on several currencies, with how much of each is worth 1 of the company's own."""
        self.currency = corporate
        self.hidden -= set(CURRENCY_OBJECTS)
        for name in CURRENCY_CODED:
            self.tables[name].add_field("CurrencyIsoCode", Field(PICKLIST), corporate)
        for code, rate in {corporate: 1.0, **rates}.items():
            is_own = code == corporate
            self.add("CurrencyType", IsoCode=code, ConversionRate=rate, IsActive=True, IsCorporate=is_own)

    def add_rate(self, code: str, start: date, rate: float) -> str:
        """A dated rate, until the next one of its currency: how much of it is worth 1 of the company's own."""
        table = self.tables["DatedConversionRate"]
        for before in table.where(IsoCode=code):
            if table.rows[before]["NextStartDate"] == date.max:
                table.change(before, NextStartDate=start)
        return self.add(
            "DatedConversionRate", IsoCode=code, StartDate=start, NextStartDate=date.max, ConversionRate=rate
        )

    def add_stage(self, name: str, *, is_won: bool = False, is_closed: bool = False) -> str:
        """Add a stage of opportunities, in the order in which they are added."""
        return self.add(
            "OpportunityStage",
            MasterLabel=name,
            ApiName=name,
            IsActive=True,
            SortOrder=len(self.tables["OpportunityStage"].rows) + 1,
            IsWon=is_won,
            IsClosed=is_closed or is_won,
            DefaultProbability=100.0 if is_won else 0.0 if is_closed else 50.0,
        )

    def add(self, object_name: str, at: datetime | None = None, **values: Value) -> str:
        """Add a row of any object and return its id."""
        with self.lock:
            table, moment = self.tables[object_name], self.moment(at)
            stamps = {name: moment for name in STAMPS if name in table.fields}
            code = {"CurrencyIsoCode": self.currency} if "CurrencyIsoCode" in table.fields else {}
            return table.add({**stamps, **code, **values})

    def add_lead(self, at: datetime | None = None, **values: Value) -> str:
        """Create a lead and return its id."""
        with self.lock:
            lead = self.add("Lead", at, **{"Status": NOT_CONTACTED, **values})
            if self.tracked:
                self.note(lead, "created", at)
            return lead

    def add_contact(self, at: datetime | None = None, **values: Value) -> str:
        """Create a contact that was never a lead and return its id."""
        return self.add("Contact", at, **values)

    def add_campaign(self, kind: str, name: str = "", at: datetime | None = None) -> str:
        """Create a campaign of a type and return its id."""
        return self.add("Campaign", at, Type=kind, Name=name or kind, Status="In Progress")

    def add_member(self, campaign: str, person: str, responded: date | None = None, at: datetime | None = None) -> str:
        """Make a lead or contact a member of a campaign, who has responded on a day or not, and return its id."""
        with self.lock:
            place = "LeadId" if person in self.tables["Lead"].rows else "ContactId"
            person_ids: dict[str, Value] = {place: person}
            if place == "LeadId":
                person_ids["ContactId"] = self.tables["Lead"].rows[person]["ConvertedContactId"]
            answer: Row = {"HasResponded": responded is not None, "FirstRespondedDate": responded}
            status = "Responded" if responded else "Sent"
            return self.add("CampaignMember", at, CampaignId=campaign, Status=status, **person_ids, **answer)

    def add_opportunity(self, at: datetime | None = None, *contacts: str, **values: Value) -> str:
        """Create an opportunity, with contacts in roles of which none is primary, and return its id."""
        with self.lock:
            given: Row = {"CloseDate": (self.moment(at) + DEAL_DAYS).date(), **values}
            deal = self.add("Opportunity", at, **given, **self._outcome(given["StageName"]))
            self._note_state(deal, at)
            for contact in contacts:
                self.add_role(deal, contact, at=at)
            return deal

    def add_role(self, deal: str, contact: str, *, is_primary: bool = False, at: datetime | None = None) -> str:
        """Give a contact a role in an opportunity, which does not touch the opportunity, and return its id."""
        return self.add("OpportunityContactRole", at, OpportunityId=deal, ContactId=contact, IsPrimary=is_primary)

    def edit(self, object_name: str, row_id: str, at: datetime | None = None, **values: Value) -> None:
        """Change fields, and keep the history that Salesforce keeps."""
        with self.lock:
            before = self.tables[object_name].rows[row_id]
            stage = self._outcome(values["StageName"]) if "StageName" in values else {}
            self.touch(object_name, row_id, at, **values, **stage)
            after = self.tables[object_name].rows[row_id]
            if object_name == "Lead":
                for name in self.tracked & {name for name in values if before[name] != after[name]}:
                    self.note(row_id, name, at, before[name], after[name])
            if object_name == "Opportunity" and any(before[name] != after[name] for name in IN_HISTORY):
                self._note_state(row_id, at)

    def touch(self, object_name: str, row_id: str, at: datetime | None = None, **values: Value) -> None:
        """Change fields without a history; the moment of the last change never goes back."""
        table = self.tables[object_name]
        last = table.rows[row_id]["SystemModstamp"]
        assert isinstance(last, datetime)
        moment = max(self.moment(at), last)
        table.change(row_id, SystemModstamp=moment, LastModifiedDate=moment, **values)

    def note(self, lead: str, field: str, at: datetime | None = None, old: Value = None, new: Value = None) -> None:
        """Write a row of the history of a lead."""
        self.add("LeadHistory", at, LeadId=lead, Field=field, OldValue=old, NewValue=new)

    def convert(
        self, lead: str, deal: str | None = None, at: datetime | None = None, *, into: str | None = None
    ) -> str:
        """Convert a lead into a new contact, or into one that there is, and return the contact's id.

        If an opportunity is given, the contact gets the primary role in it.
        """
        with self.lock:
            return convert(self, lead, deal, at, into)

    def merge(self, object_name: str, master: str, other: str, at: datetime | None = None) -> None:
        """Merge a lead or contact into another of its kind; it is then deleted and names its master."""
        with self.lock:
            merge(self, object_name, master, other, at)

    def delete(self, object_name: str, row_id: str, at: datetime | None = None) -> None:
        """Put a record into the recycle bin."""
        self.set_deleted(object_name, row_id, True, at)

    def undelete(self, object_name: str, row_id: str, at: datetime | None = None) -> None:
        """Take a record out of the recycle bin; one that was merged is no longer."""
        self.set_deleted(object_name, row_id, False, at)

    def set_deleted(self, object_name: str, row_id: str, is_deleted: bool, at: datetime | None = None) -> None:
        """Delete or undelete a record, with what belongs to it."""
        with self.lock:
            table = self.tables[object_name]
            unmerged = {"MasterRecordId": None} if "MasterRecordId" in table.fields and not is_deleted else {}
            self.touch(object_name, row_id, at, IsDeleted=is_deleted, **unmerged)
            for child, field in CHILDREN.get(object_name, ()):
                for child_id in self.tables[child].where(**{field: row_id}):
                    if child.endswith("History"):
                        self.tables[child].change(child_id, IsDeleted=is_deleted)
                    else:
                        self.touch(child, child_id, at, IsDeleted=is_deleted)

    def purge(self, object_name: str, row_id: str) -> None:
        """Delete a record for ever, with what belongs to it; a query of deleted rows does not give it any more."""
        with self.lock:
            for child, field in CHILDREN.get(object_name, ()):
                for child_id in self.tables[child].where(**{field: row_id}):
                    self.tables[child].remove(child_id)
            self.tables[object_name].remove(row_id)

    def forget_history(self, before: datetime) -> None:
        """Delete the history of leads before a moment, as Salesforce does after 18 to 24 months."""
        with self.lock:
            table = self.tables["LeadHistory"]
            for row_id, row in list(table.rows.items()):
                if row["CreatedDate"] < to_second(before):  # type: ignore[operator]
                    table.remove(row_id)

    def moment(self, at: datetime | None) -> datetime:
        """When an edit happens."""
        return self.now if at is None else to_second(at)

    def ids(self, object_name: str) -> list[str]:
        """The ids of the records that are not deleted, in the order of creation."""
        rows = self.tables[object_name].rows.values()
        return [str(row["Id"]) for row in rows if not row.get("IsDeleted", False)]

    def _outcome(self, stage: Value) -> Row:
        """What a stage says of an opportunity; one that is not among the stages says that it is open."""
        table = self.tables["OpportunityStage"]
        found = table.where(ApiName=stage)
        return {name: bool(found) and table.rows[found[0]][name] for name in ("IsWon", "IsClosed")}

    def _note_state(self, deal: str, at: datetime | None) -> None:
        row = self.tables["Opportunity"].rows[deal]
        code = {"CurrencyIsoCode": row["CurrencyIsoCode"]} if self.currency else {}
        self.add("OpportunityHistory", at, OpportunityId=deal, **{name: row[name] for name in IN_HISTORY}, **code)
