"""Which seats were waited for in vain, as a condition for the statements of whoever counts them.

It is of a seat `p`: missed, or cancelled when that was late, as its student was told. A request that its teacher had
not accepted was promised to nobody, and is never late.
"""

WAS_MISSED = "(p.status = 'no_show' or p.status = 'cancelled' and p.cancelled_late)"
