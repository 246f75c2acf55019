"""How the whole of it is doing just now, as numbers: for whoever operates it, and over all teachers together."""
