"""What reaches the database, from the texts that its secret may have."""

import json
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

from cryptography import x509
from psycopg.conninfo import conninfo_to_dict

from lectern.connection_string import from_secret

SERVER = {"host": "c.rds.example", "port": 5432, "dbname": "lectern"}
PASSWORD = 'it\'s \\ "odd"'  # noqa: S105 - of nobody


def read(secret: dict[str, object], server: str = "") -> dict[str, Any]:
    return conninfo_to_dict(from_secret(json.dumps(secret), server=server))


def test_a_url_is_taken_as_it_is() -> None:
    assert from_secret("postgresql://lectern_app:secret@here/lectern") == "postgresql://lectern_app:secret@here/lectern"


def test_the_json_that_aws_writes_says_who_signs_in_where_and_with_what() -> None:
    found = read({**SERVER, "username": "lectern_app", "password": PASSWORD, "engine": "postgres"})

    assert found.items() >= {"host": "c.rds.example", "port": "5432", "dbname": "lectern"}.items()
    assert (found["user"], found["password"]) == ("lectern_app", PASSWORD)


def test_a_master_user_whose_secret_names_no_place_goes_where_the_functions_go() -> None:
    functions = from_secret(json.dumps({**SERVER, "username": "lectern_app", "password": "other"}))

    found = read({"username": "lectern_owner", "password": PASSWORD}, server=functions)

    assert (found["host"], found["dbname"]) == ("c.rds.example", "lectern")
    assert (found["user"], found["password"]) == ("lectern_owner", PASSWORD)


def test_a_database_at_aws_must_show_a_certificate_of_aws() -> None:
    found = read({**SERVER, "username": "lectern_app", "password": PASSWORD})

    assert found["sslmode"] == "verify-full"
    assert str(found["sslrootcert"]).endswith("rds_ca.pem")


def test_the_authorities_are_those_of_rds_and_good_for_years() -> None:
    known = x509.load_pem_x509_certificates(files("lectern").joinpath("rds_ca.pem").read_bytes())

    assert all("O=Amazon Web Services" in one.subject.rfc4514_string() for one in known)
    assert any("RDS eu-central-1 Root CA RSA2048" in one.subject.rfc4514_string() for one in known)
    assert min(one.not_valid_after_utc for one in known) > datetime.now(UTC) + timedelta(days=1000)
