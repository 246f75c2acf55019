"""The pages that show people what is in their calendars: /calendar, and /calendar/ADDRESS of an account."""

from html import escape
from urllib.parse import quote, unquote

from local.google import moments
from local.google.event import Resource
from local.google.operations import Operations
from local.http_server import Reply, Request


def answer(google: Operations, request: Request) -> Reply:
    place, _, account = request.path.removeprefix("/").partition("/")
    if place == "calendar" and not account:
        links = (f'<li><a href="/calendar/{quote(each)}">{escape(each)}</a></li>' for each in google.calendars)
        return _page(200, "Calendars", f"<ul>{''.join(links)}</ul>")
    if place == "calendar" and unquote(account) in google.calendars:
        return _calendar(google, unquote(account))
    return _page(404, "Sorry", "<p>There is no such page.</p>")


def _calendar(google: Operations, account: str) -> Reply:
    zone = google.calendars[account].time_zone
    found = sorted(google.events(account), key=lambda each: moments.instant(each["start"], zone))
    rows = "".join(f'<li id="{each["id"]}">{escape(_line(each))}</li>' for each in found)
    return _page(200, f"The calendar of {escape(account)}", f"<p>Times are of {zone}.</p><ol>{rows}</ol>")


def _line(event: Resource) -> str:
    start = event["start"].get("date") or event["start"]["dateTime"][:16].replace("T", " ")
    again = f" ({', '.join(event['recurrence'])})" if event.get("recurrence") else ""
    return f"{start}: {event.get('summary', '(no title)')}{again}"


def _page(status: int, title: str, content: str) -> Reply:
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
    body = f"{head}<h1>{title}</h1>{content}<p><small>A Google on this machine.</small></p></html>"
    return Reply(status, body, {"Content-Type": "text/html; charset=utf-8"})
