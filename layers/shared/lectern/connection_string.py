"""How to reach PostgreSQL, from the text of a secret: a URL, or the JSON that RDS and Secrets Manager write."""

import json
from importlib.resources import files

from psycopg.conninfo import conninfo_to_dict, make_conninfo

# By libpq's names, those of
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
_FIELDS = {"host": "host", "port": "port", "dbname": "dbname", "user": "username", "password": "password"}


def from_secret(text: str, *, server: str = "") -> str:
    """A connection string for libpq.

    JSON is of a database at AWS, whose certificate is then insisted on. RDS's own secret of its master user has a name
    and a password alone; where that user is to go, the connection string `server` says.
    """
    if not text.lstrip().startswith("{"):
        return text
    secret = json.loads(text)
    told = {name: secret[field] for name, field in _FIELDS.items() if secret.get(field)}
    where = {name: value for name, value in conninfo_to_dict(server).items() if name in ("host", "port", "dbname")}
    authorities = str(files("lectern").joinpath("rds_ca.pem"))
    return make_conninfo(**{**where, **told}, sslmode="verify-full", sslrootcert=authorities)
