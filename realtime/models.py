from django.db import models
from django.db.models.functions import Now


class Process(models.Model):
    """A process that serves, alive as long as its heartbeat says so. All times are the database's.

    A row that is gone, or not seen for ``hosting.LEASE_S``, permits others to take over what it hosted.
    """

    name = models.CharField(max_length=64, primary_key=True)
    channel = models.CharField(max_length=120, blank=True)  # on the layer; empty: not reached yet
    host = models.CharField(max_length=120)  # the machine, for people
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    leaving = models.BooleanField(default=False)  # it drains, and takes nothing new

    class Meta:
        verbose_name_plural = "processes"

    def __str__(self) -> str:
        return f"{self.name} ({self.host}, pid {self.pid})"


class Lease(models.Model):
    """Who hosts a live thing. ``room`` names it ("match.12"); the epoch rises with every change of host.

    Expiry only permits taking over; a changed epoch ends hosting. Every commit of a host checks the epoch under this
    row's lock.
    """

    room = models.CharField(max_length=64, primary_key=True)
    host = models.CharField(max_length=64, blank=True, db_index=True)  # a Process's name; empty: nobody
    epoch = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.room} by {self.host or 'nobody'} (epoch {self.epoch})"
