"""Amounts as people read them."""

SYMBOLS = {"eur": "€", "gbp": "£", "inr": "₹", "jpy": "¥", "usd": "$"}

# https://docs.stripe.com/currencies#zero-decimal
ZERO_DECIMAL = frozenset(
    {
        *("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga"),
        *("pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"),
    }
)


def shown(amount: int, currency: str) -> str:
    """An amount in the currency's smallest unit, as "$10.50" or "CHF 10.50"."""
    number = str(amount) if currency in ZERO_DECIMAL else f"{amount / 100:.2f}"
    return f"{SYMBOLS.get(currency, currency.upper() + ' ')}{number}"
