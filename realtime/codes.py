"""Close codes of our own. Only 1000 and 3000-4999 may be sent by an application; 1012 is the server's."""

RESTART = 1012
TOO_MANY_REFUSALS = 4400
SIGNED_OUT = 4401
WRONG_ORIGIN = 4403
NOT_FOUND = 4404
SLOW_READER = 4408
FLOOD = 4429
OUR_ERROR = 4500
UNAVAILABLE = 4503  # not now: the match waits for a host, or the database is away
