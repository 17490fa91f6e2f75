from django.dispatch import Signal

# Sent inside the transaction that commits a result, with ``match`` (a Match, seats prefetched) and ``absent`` (the sides that did
# not come or did not come back). What a receiver writes commits with the result or not at all; if it raises, nothing does.
match_finished = Signal()
