"""Occurrences and minutes by Python's own calendar: dateutil reads the rules, zoneinfo the local times.

Reads one JSON object from standard input, {"windows": [...], "changes": [...]}, and prints one:
"occurrences" holds for every window its half-open intervals as UTC seconds, "minutes" for every change of
clocks the minutes at which a window begins or ceases to hold, found by looking at each minute.
"""

import json
import re
import sys
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def readings(local, zone):
    """The instants that a local time may mean, as seconds: with the offset before and behind a change."""
    both = (local.replace(tzinfo=zone, fold=fold).astimezone(timezone.utc) for fold in (0, 1))
    return sorted(int((at - EPOCH).total_seconds()) for at in both)


def closes(window):
    return window["type"] != "maintenance"


def starts(window, horizon):
    first = datetime.fromisoformat(window["dtstart"])
    until = re.search(r";UNTIL=(\d{8}T\d{6})Z", window["rrule"])
    rule = window["rrule"].replace(until.group(0), "") if until else window["rrule"]
    found = rrulestr("DTSTART:%s\nRRULE:%s" % (first.strftime("%Y%m%dT%H%M%S"), rule))
    found = set(found.between(*horizon, inc=True))
    zone = ZoneInfo(window["tz"])
    if until:
        last = datetime.strptime(until.group(1), "%Y%m%dT%H%M%S").replace(tzinfo=timezone.utc)
        last = int((last - EPOCH).total_seconds())
        read = 0 if closes(window) else 1
        found = {start for start in found if readings(start, zone)[read] <= last}
    found |= {datetime.fromisoformat(text) for text in window["rdates"]}
    return found - {datetime.fromisoformat(text) for text in window["exdates"]}


def intervals(window, horizon):
    zone = ZoneInfo(window["tz"])
    found = set()
    for start in starts(window, horizon):
        begin = readings(start, zone)
        end = [at + window["seconds"] for at in readings(start + timedelta(days=window["days"]), zone)]
        one, other = (begin[0], end[1]) if closes(window) else (begin[1], end[0])
        if one < other:
            found.add((one, other))
    return sorted(found)


def flips(change):
    """The minutes at which a window of local times begins or ceases to hold, around a change of clocks."""
    zone = ZoneInfo(change["tz"])
    begin, end = (datetime.fromisoformat(change[key]) for key in ("start", "end"))
    begin, end = readings(begin, zone), readings(end, zone)
    found, was = [], None
    for minute in range(change["from"], change["to"], 60):
        # What closes holds if any reading of its edges says so, what opens only if all of them do.
        said = [from_ <= minute < to for from_ in begin for to in end]
        holds = any(said) if change["closes"] else all(said)
        if was is not None and holds != was:
            found.append(minute)
        was = holds
    return found


def transitions(name, years):
    """Every change of clocks of a zone in some years, as (UTC second, local time before, offset change)."""
    zone = ZoneInfo(name)
    at, last = datetime(years[0], 1, 1, tzinfo=timezone.utc), datetime(years[1] + 1, 1, 1, tzinfo=timezone.utc)
    found, step = [], timedelta(minutes=15)
    offset = at.astimezone(zone).utcoffset()
    while at < last:
        then = (at + step).astimezone(zone).utcoffset()
        if then != offset:
            local = (at + step).astimezone(timezone.utc).replace(tzinfo=None) + offset
            moved = int((then - offset).total_seconds())
            found.append([int((at + step - EPOCH).total_seconds()), local.isoformat(timespec="minutes"), moved])
        at, offset = at + step, then
    return found


asked = json.load(sys.stdin)
horizon = [datetime.fromisoformat(text) for text in asked.get("horizon", ["2026-01-01", "2029-01-01"])]
answer = {
    "occurrences": [intervals(window, horizon) for window in asked.get("windows", [])],
    "minutes": [flips(change) for change in asked.get("changes", [])],
    "transitions": {name: transitions(name, asked["years"]) for name in asked.get("zones", [])},
}
json.dump(answer, sys.stdout)
