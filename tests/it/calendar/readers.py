"""A file of iCalendar as two other programs read it: icalendar, then vobject.

Prints one JSON object: for each of them the events as [uid, start, end, status, sequence], the times in
UTC seconds, sorted.
"""

import json
import sys
from datetime import datetime, timezone

import icalendar
import vobject


def seconds(at):
    assert at.tzinfo is not None, "a floating time: %s" % at
    return int(at.astimezone(timezone.utc).timestamp())


data = sys.stdin.buffer.read()
one = []
for event in icalendar.Calendar.from_ical(data).walk("VEVENT"):
    assert "ATTENDEE" not in event and "ORGANIZER" not in event
    start, end = seconds(event["DTSTART"].dt), seconds(event["DTEND"].dt)
    one.append([str(event["UID"]), start, end, str(event["STATUS"]), int(event["SEQUENCE"])])
other = []
calendar = vobject.readOne(data.decode())
for event in getattr(calendar, "vevent_list", []):
    start, end = seconds(event.dtstart.value), seconds(event.dtend.value)
    other.append([event.uid.value, start, end, event.status.value, int(event.sequence.value)])
json.dump({"icalendar": sorted(one), "vobject": sorted(other)}, sys.stdout)
