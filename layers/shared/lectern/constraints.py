"""What breaking each constraint of the schema means to a caller: here the database's refusals get their words."""

from lectern.errors import Conflict, Invalid, LecternError, NotFound

_RULES: dict[str, tuple[type[LecternError], str, str]] = {
    "class_sessions_no_overlap": (
        Conflict,
        "slot_taken",
        "That time has just been taken. Choose another one.",
    ),
    "class_sessions_group_key": (
        Conflict,
        "slot_taken",
        "That time has just been taken. Choose another one.",
    ),
    "session_participants_student_key": (
        Conflict,
        "already_booked",
        "This student already has a seat in that session. Choose another one, or move the seat.",
    ),
    "session_participants_one_trial": (
        Conflict,
        "trial_used",
        "This student has had their trial lesson. Book a regular lesson instead.",
    ),
    "teachers_slug_key": (Conflict, "slug_taken", "That address is taken. Choose another slug."),
    "teachers_email_key": (
        Conflict,
        "email_taken",
        "There is an account for that e-mail address. Sign in instead.",
    ),
    "services_name_key": (Conflict, "name_taken", "You have a service of that name. Choose another one."),
    "credit_packages_name_key": (Conflict, "name_taken", "You have a package of that name. Choose another one."),
    "credit_accounts_balance": (
        Conflict,
        "insufficient_credits",
        "There are not enough credits that can be spent now. Buy a package, or pay for the lesson.",
    ),
    "credit_accounts_limit": (
        Invalid,
        "too_many_credits",
        "That is more than an account can hold: 10,000,000 credits, those reserved for lessons included. Give fewer.",
    ),
    "credit_accounts_teacher_id_student_id_fkey": (
        NotFound,
        "student_not_found",
        "There is no such student. List your students.",
    ),
    "students_email_key": (
        Conflict,
        "student_exists",
        "You have a student with that e-mail address already.",
    ),
    "calendar_imports_url_key": (Conflict, "import_exists", "You import that calendar already."),
    "idempotency_records_pkey": (
        Conflict,
        "request_in_progress",
        "The same request is being carried out. Ask again in a moment for its answer.",
    ),
    "stripe_events_pkey": (Conflict, "event_known", "That event of Stripe's has been received before."),
}


def broken_rule(constraint: str | None) -> LecternError:
    """The error to raise for a violated constraint; those that validation should have caught are Invalid."""
    kind, code, message = _RULES.get(
        constraint or "", (Invalid, "invalid", f"The database refuses this: it breaks {constraint}.")
    )
    return kind(code, message)
