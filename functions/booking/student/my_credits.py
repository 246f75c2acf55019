"""A student looks at their credits, by the token that their teacher gave them."""

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.request import Request

from booking.edge.access import student, student_id, teacher_id
from booking.edge.conditional import checked_each_time
from booking.edge.fields import Shown
from booking.edge.paging import Cursor, Limit
from booking.teacher.student_credits import PLACE, AccountView, EntryView
from lectern import database
from lectern.credits.account import list_entries

router = Router()


class MyLedger(Shown):
    """`next` is the cursor of the page after this one, null at the end. Without what the teacher noted."""

    entries: list[EntryView]
    next: str | None


@router.get("/v1/student/credits", summary="Your credits", tags=["student"], **student(checked_each_time()))
def my_credits(request: Request) -> AccountView:
    with database.tenant(teacher_id(request)) as tx:
        return AccountView.read(tx, student_id(request))


@router.get(
    "/v1/student/ledger",
    summary="Every change of your credits, the newest first",
    tags=["student"],
    **student(checked_each_time()),
)
def my_ledger(request: Request, limit: Limit = 50, cursor: Cursor = None) -> MyLedger:
    with database.tenant(teacher_id(request)) as tx:
        page = list_entries(tx, student_id(request), PLACE.after(cursor), limit)
    entries = [EntryView.model_validate(entry) for entry in page.items]
    return MyLedger(entries=entries, next=PLACE.cursor(page.next))
