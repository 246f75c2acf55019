"""Lesson credits: a student's lots, the ledger that alone moves them, and the packages in which they are sold.

Units everywhere: 100 are one credit, so that half of one needs no fraction. Every operation is one entry of the ledger
for each lot that it touches, and happens once for its key, however often it is asked for; those of `take_back` that
have no key say why. What a lesson costs, when that is charged, and what is paid in money is decided elsewhere.

Whoever touches several students in one transaction does so in the order of their ids, for each account is locked.
"""
