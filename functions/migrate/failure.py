"""Why a migration failed, in words that quote nobody's row.

The database's own words may: `Key (email)=(…) already exists`.
https://www.postgresql.org/docs/17/protocol-error-fields.html
"""

import psycopg


def without_rows(error: psycopg.Error) -> psycopg.Error:
    """One of the same kind that names the migration, and where in the schema or its text it failed."""
    if error.sqlstate is None:
        # There was no connection, and so no row.
        return error
    where = {
        "table": error.diag.table_name,
        "column": error.diag.column_name,
        "constraint": error.diag.constraint_name,
        "position": error.diag.statement_position,
    }
    known = [f"{name} {value}" for name, value in where.items() if value]
    return type(error)(", ".join([*getattr(error, "__notes__", ()), f"SQLSTATE {error.sqlstate}", *known]))
