"""`make demo`: a teaching business from nothing to a full week, over HTTP, each claim held against the database."""
