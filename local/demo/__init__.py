"""`make demo`: a teaching business from nothing to a full week and the night after, held against the database."""
