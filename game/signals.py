from django.dispatch import Signal

# Sent inside the transaction that makes a match live, with ``match``.
match_begun = Signal()

# Sent inside the transaction that commits a point, with ``match_id`` and the score ``a``, ``b`` after it, the last
# point too. Every point of every match: a receiver should ask no question that it can remember the answer to.
rally_added = Signal()

# Sent inside the transaction that commits a result, with ``match`` (a Match, seats prefetched) and ``absent`` (the
# sides that did
# not come or did not come back). What a receiver writes commits with the result or not at all; if it raises, nothing
# does.
match_finished = Signal()

# Sent in the server's loop once a match is called and committed, with ``match_id`` and the ``epoch`` of this
# process's lease.
match_called = Signal()
