"""The tenant, slot and business logic of Lectern: no handler, no event shape."""
