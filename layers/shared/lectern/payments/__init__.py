"""Money through Stripe, where each teacher has an account of their own and is the one who sells.

`checkout` asks a buyer for it; `told` takes what Stripe says of it, once; `refunds` gives it back; `reconciliation`
holds Stripe's lists against ours. What Stripe's objects say is read in `facts`, and asked in `stripe_api` alone.
"""
