"""The policy that a booking copies where its teacher has set none, as a statement takes it."""

from functools import cache

from psycopg.types.json import Jsonb

from lectern.sessions.policy import Policy


@cache
def usual_policy(*, is_trial: bool) -> Jsonb:
    return Jsonb((Policy().for_trial() if is_trial else Policy()).as_json())
