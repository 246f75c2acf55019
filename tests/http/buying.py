"""A visitor buys over HTTP, and Stripe is paid; what Stripe then tells reaches the teacher as by its webhook."""

from typing import Any
from uuid import UUID

from local.stripe import LocalStripe
from tests.builders import in_days
from tests.http.api import Answer, Api
from tests.http.conftest import Business
from tests.payments.sales import CANCEL, SUCCESS, a_package, hear, page_of

RETURN = {"success_url": SUCCESS, "cancel_url": CANCEL}


def student(name: str = "Sam") -> dict[str, str]:
    return {"name": name, "email": f"{name.lower()}@example.com"}


def order_of(package_id: UUID, **changes: object) -> dict[str, Any]:
    return {"package_id": str(package_id), "student": student(), **RETURN, **changes}


def buy(shop: Business, package_id: UUID, key: str | None = None, **changes: object) -> Answer:
    """As far as Stripe's page; by another address each time, as checkouts are few to each."""
    return Api().post(f"{shop.page}/purchases", order_of(package_id, **changes), key)


def check_out(shop: Business, service_id: UUID, key: str | None = None, **changes: object) -> Answer:
    """As far as Stripe's page, of tomorrow's lesson at 10."""
    asked = {"service_id": str(service_id), "starts_at": in_days(1).isoformat(), "student": student(), **RETURN}
    return Api().post(f"{shop.page}/checkouts", asked | changes, key)


def pay(stripe: LocalStripe, shop: Business, checkout: Answer) -> None:
    stripe.pay(page_of(shop.teacher, UUID(checkout.body["payment_id"])))
    hear(stripe, shop.teacher)


def bought(stripe: LocalStripe, shop: Business, name: str = "Sam", **package: object) -> str:
    """The token of a purchase that is paid for: ten lessons, unless the package's details say otherwise."""
    purchase = buy(shop, a_package(shop.teacher, **package), student=student(name))
    pay(stripe, shop, purchase)
    return str(purchase.body["token"])


def student_token(shop: Business, name: str = "Sam") -> str:
    """As the teacher gives it out."""
    return str(shop.api.post(f"/v1/students/{shop.student(name)}/token", {}).body["token"])
