"""The money side of the journey: Mia buys lessons and books with them, and every sum is held against the ledger."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from local.demo.api import Api, StepFailed
from local.demo.business import Teacher
from local.demo.claims import LEDGER_DRIFT, Database
from local.demo.ledger_view import ledger_view
from local.demo.telling import heading, say
from local.stripe import LocalStripe

PAGES: dict[str, object] = {"success_url": "http://localhost:3000/thanks", "cancel_url": "http://localhost:3000/back"}
MIA = {"name": "Mia Souza", "email": "mia.souza@example.com", "time_zone": "America/Sao_Paulo"}
LEO = {"name": "Leo", "email": "leo@example.com", "time_zone": "Europe/Berlin"}


class MoneyJourney:
    """Ada sells ten lessons at a time; Mia buys, books, cancels too late, and gets back what she has not used."""

    def __init__(self, api: Api, teacher: Teacher, database: Database, stripe: LocalStripe, today: date) -> None:
        self.api = api
        self.teacher = teacher
        self.database = database
        self.stripe = stripe
        self.piano = teacher.services["Piano, 45 minutes"]
        self.monday = today + timedelta(days=14 - today.weekday())

    def run(self) -> None:
        self.open_account()
        purchase = self.buy_a_package()
        lessons = self.book_on_credit(purchase["token"])
        self.give_up_a_checkout()
        self.cancel_late(lessons)
        self.refund_what_is_left(purchase)
        self.show_the_ledger()

    def open_account(self) -> None:
        heading("Ada opens an account at Stripe, and sets her terms")
        pages: dict[str, object] = {
            "return_url": "http://localhost:3000/done",
            "refresh_url": "http://localhost:3000/again",
        }
        self.teacher.api.post("/v1/payment-account/onboarding", pages, status=200)
        account = self.teacher.api.get("/v1/payment-account")
        self.stripe.complete_onboarding(account["stripe_account_id"])
        self.deliver()
        ready = self.teacher.api.get("/v1/payment-account")["charges_enabled"]
        say(f"Stripe says that {account['stripe_account_id']} can be paid: {ready}")
        self.teacher.api.put("/v1/policies", {"notice_hours": 30 * 24, "late_charge_percent": 50, "free_passes": 1})
        say("cancelling is free until a month before; later, half of the lesson is kept, except once in 90 days")

    def buy_a_package(self) -> dict[str, Any]:
        heading("Mia buys ten lessons on Stripe's page; its webhooks come twice, and the last one first")
        offer = {"name": "Ten lessons", "units": 1000, "price": {"amount": 36000, "currency": "EUR"}, "valid_days": 180}
        package = self.teacher.api.post("/v1/packages", offer)
        asked = {"package_id": package["id"], "student": MIA, **PAGES}
        purchase: dict[str, Any] = self.api.post(f"/v1/teachers/{self.teacher.slug}/purchases", asked)
        say(f"to pay: {_money(purchase['amount'])} at {purchase['checkout_url']}")
        self.stripe.pay(_page(purchase))
        told = [event["type"] for event in self.stripe.pending()]
        statuses = self.stripe.deliver(copies=2, order="reversed")
        say(f"{len(statuses)} deliveries, answered {set(statuses)}: {', '.join(reversed(told))}, and again")
        self.database.claim(
            "ten credits came of it, once",
            "1 entry, 1000 units",
            "select count(*) || ' entry, ' || sum(units) || ' units' from credit_ledger where kind = 'purchase'",
        )
        self.database.claim(
            "each event was taken once",
            len(told),
            "select count(*) from stripe_events where type = any (%(told)s)",
            told=told,
        )
        return purchase

    def book_on_credit(self, token: str) -> list[dict[str, Any]]:
        heading("She books four lessons with it, and nobody can without her token")
        starts = [slot["starts_at"] for slot in self._slots()[:40:10]]
        lessons = []
        for start in starts:
            asked = {"service_id": self.piano, "starts_at": start, "student": MIA, "credit_token": token}
            lessons.append(self.api.post(f"/v1/teachers/{self.teacher.slug}/sessions", asked))
        say(f"booked: {', '.join(_day(lesson['starts_at']) for lesson in lessons)}")
        stolen = {"service_id": self.piano, "starts_at": starts[0], "student": LEO, "credit_token": token[:-4] + "AAAA"}
        answer = self.api.send("POST", f"/v1/teachers/{self.teacher.slug}/sessions", stolen)
        say(f"Leo, who made up a token: {answer.status} {answer.body['code']}")
        left = self.api.signed_in(token).get("/v1/purchase")
        free, reserved = left["units_left"] / 100, left["units_reserved"] / 100
        say(f"her purchase has {free:g} credits left, and {reserved:g} reserved")
        return lessons

    def give_up_a_checkout(self) -> None:
        heading("Leo goes to pay for a single lesson and closes the page; his slot is free again")
        start = self._slots()[0]["starts_at"]
        asked = {"service_id": self.piano, "starts_at": start, "student": LEO, **PAGES}
        checkout = self.api.post(f"/v1/teachers/{self.teacher.slug}/checkouts", asked)
        taken = all(slot["starts_at"] != start for slot in self._slots())
        say(f"held while he might pay, so not in the list: {taken}")
        self.stripe.expire(_page(checkout))
        self.deliver()
        self.database.claim(
            "nothing is booked and nothing is held",
            "expired",
            "select status from class_sessions where id = %(id)s",
            id=checkout["session_id"],
        )
        if start not in [slot["starts_at"] for slot in self._slots()]:
            raise StepFailed("The slot of a checkout that was given up should be in the list again.")

    def cancel_late(self, lessons: list[dict[str, Any]]) -> None:
        heading("She cancels two lessons too late: the first is forgiven, half of the second is kept")
        for lesson in lessons[:2]:
            seat = self.api.signed_in(lesson["token"])
            preview = seat.get("/v1/seat/cancellation-preview")
            shown = {
                "expected_charge_percent": preview["charge_percent"],
                "expected_uses_free_pass": preview["uses_free_pass"],
            }
            seat.post("/v1/seat/cancel", shown, status=200)
            free = ", a free pass" if preview["uses_free_pass"] else ""
            back = preview["units_returned"] / 100
            say(f"{_day(lesson['starts_at'])}: {preview['charge_percent']} % is kept{free}; credits back: {back:g}")
        self.database.claim(
            "half a credit is lost",
            50,
            "select -sum(reserved_units)::integer from credit_ledger where kind = 'forfeit_late'",
        )

    def refund_what_is_left(self, purchase: dict[str, Any]) -> None:
        heading("Ada gives back what Mia has not used")
        path = f"/v1/payments/{purchase['payment_id']}"
        preview = self.teacher.api.get(f"{path}/refund-preview")
        say(f"{preview['units'] / 100:g} credits are unused, which is {_money(preview['amount'])}")
        self.teacher.api.post(f"{path}/refund", {"expected_amount": preview["amount"]["amount"]}, status=200)
        self.deliver(copies=2)
        payment = self.teacher.api.get(path)
        say(f"refunded {_money(payment['refunded'])} of {_money(payment['amount'])}")
        self.database.claim(
            "Stripe has given it back once",
            f"succeeded {preview['amount']['amount']}",
            "select string_agg(status || ' ' || amount, ', ') from refunds",
        )
        today = datetime.now(UTC).date()
        month = {"from": str(today - timedelta(days=27)), "to": str(today + timedelta(days=2))}
        for kpis in self.teacher.api.get("/v1/payments/kpis", **month)["currencies"]:
            revenue, refunds = kpis["revenue"] / 100, kpis["refunds"] / 100
            say(f"her four weeks in {kpis['currency']}: revenue {revenue:.2f}, refunds {refunds:.2f}")

    def show_the_ledger(self) -> None:
        heading("Mia's ledger, to the last unit")
        students = self.teacher.api.get("/v1/students")["students"]
        mia = next(student["id"] for student in students if student["email"] == MIA["email"])
        entries = self.teacher.api.get(f"/v1/students/{mia}/ledger", limit="100")["entries"]
        print(ledger_view(entries))
        self.database.claim("every balance is the sum of its entries", 0, LEDGER_DRIFT)

    def deliver(self, copies: int = 1) -> None:
        """What Stripe has to tell, now."""
        statuses = self.stripe.deliver(copies=copies)
        if set(statuses) - {200}:
            raise StepFailed(f"The webhook should take whatever Stripe tells; it answered {statuses}.")

    def _slots(self) -> list[dict[str, Any]]:
        week = {"from": f"{self.monday}T00:00:00Z", "to": f"{self.monday + timedelta(days=5)}T00:00:00Z"}
        path = f"/v1/teachers/{self.teacher.slug}/slots"
        return list(self.api.get(path, service_id=self.piano, **week)["slots"])


def _page(checkout: dict[str, Any]) -> str:
    """The checkout session's id, with which its page's address ends."""
    return urlsplit(str(checkout["checkout_url"])).path.rpartition("/")[2]


def _money(money: dict[str, Any]) -> str:
    return f"{money['amount'] / 100:.2f} {money['currency']}"


def _day(instant: str) -> str:
    return f"{datetime.fromisoformat(instant).astimezone(ZoneInfo('Europe/Berlin')):%a %d %b %H:%M}"
