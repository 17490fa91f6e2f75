from django.db import models


class Lease(models.Model):
    """Who hosts a live thing. ``room`` names it ("match.12"); the epoch rises with every change of host.

    Expiry only permits taking over; a changed epoch ends hosting. Every commit of a host checks the epoch under this
    row's lock.
    """

    room = models.CharField(max_length=64, primary_key=True)
    host = models.CharField(max_length=64, blank=True)
    epoch = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.room} by {self.host or 'nobody'} (epoch {self.epoch})"
