"""The pages that people see: where a buyer pays, and where a teacher tells Stripe about themselves."""

from html import escape
from typing import cast

from local.http_server import Reply, Request
from local.stripe import form
from local.stripe.errors import ApiError
from local.stripe.money import shown
from local.stripe.objects import accounts
from local.stripe.operations import Operations
from local.stripe.payment import Outcome
from local.stripe.platform import Books, Resource
from local.stripe.turn import turn

CHECKOUT, SETUP = "/c/pay/", "/setup/"

CARD = """<button name="outcome" value="paid">Pay by card</button>
<button name="outcome" value="declined">Try a card that is declined</button>"""
DEBIT = '<button name="outcome" value="processing">Pay by bank debit, settled later</button>'
BACK = '<button name="outcome" value="cancel">Back to the shop</button>'
ONBOARD = """<form method="post"><p>Stripe would ask for your business and your bank account here.</p>
<button>Complete</button></form>"""


def answer(stripe: Operations, request: Request) -> Reply:
    try:
        if request.path.startswith(CHECKOUT):
            return _checkout(stripe, request)
        if request.path.startswith(SETUP):
            return _setup(stripe, request)
    except ApiError as error:
        return _page(error.status, "Sorry", f"<p>{escape(str(error))}</p>")
    return _page(404, "Sorry", "<p>There is no such page.</p>")


def _checkout(stripe: Operations, request: Request) -> Reply:
    identifier = request.path.removeprefix(CHECKOUT)
    with turn(stripe):
        books = stripe.holder("checkout.session", identifier)
        session = books.get("checkout.session", identifier)
    choice = form.decode(request.body).get("outcome") if request.method == "POST" else None
    if choice == "cancel" and session["cancel_url"]:
        return _redirect(session["cancel_url"])
    if choice and session["status"] == "open":
        stripe.pay(identifier, cast("Outcome", choice))  # which refuses what is none
    if choice and session["status"] == "complete":
        return _redirect(session["success_url"].replace("{CHECKOUT_SESSION_ID}", identifier))
    notice = "<p><strong>Your card was declined.</strong></p>" if choice == "declined" else ""
    return _page(200, "Checkout", f"{notice}{_order(session, books)}{_ending(session)}")


def _order(session: Resource, books: Books) -> str:
    rows = "".join(f"<li>{escape(_line(item))}</li>" for item in books.orders[session["id"]]["line_items"])
    return f"<ul>{rows}</ul><p>Total: {escape(shown(session['amount_total'], session['currency']))}</p>"


def _line(item: Resource) -> str:
    price = item["price_data"]
    amount = shown(price["unit_amount"] * item["quantity"], price["currency"])
    return f"{item['quantity']} x {price['product_data']['name']}: {amount}"


def _ending(session: Resource) -> str:
    closed = {"complete": "<p>This has been paid.</p>", "expired": "<p>This checkout has expired.</p>"}
    if session["status"] in closed:
        return closed[session["status"]]
    offered = {"card": CARD, "sepa_debit": DEBIT}
    buttons = "".join(offered[method] for method in session["payment_method_types"])
    return f'<form method="post">{buttons}{BACK if session["cancel_url"] else ""}</form>'


def _setup(stripe: Operations, request: Request) -> Reply:
    token = request.path.removeprefix(SETUP)
    if request.method != "POST":
        return _page(200, "Connect with Stripe", ONBOARD)
    with turn(stripe):
        return _redirect(accounts.use_link(stripe, token))


def _redirect(url: str) -> Reply:
    return Reply(303, "", {"Location": url})


def _page(status: int, title: str, content: str) -> Reply:
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
    body = f"{head}<h1>{title}</h1>{content}<p><small>A Stripe on this machine: no money moves.</small></p></html>"
    return Reply(status, body, {"Content-Type": "text/html; charset=utf-8"})
