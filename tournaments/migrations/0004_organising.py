from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

DECIDED = ("result", "walkover", "double_forfeit")


def fill_calls(apps: Any, _schema: Any) -> None:
    """Calls of before: their entrants are those who sat there, and what was made of their end is in the log."""
    for call in apps.get_model("tournaments", "Call").objects.select_related("match"):
        entrants = apps.get_model("tournaments", "Entrant").objects.filter(tournament=call.tournament_id)
        seats = {seat.side: seat for seat in call.match.seats.all()}
        for side, name in enumerate(("left", "right")):
            seat = seats.get(side)
            found = None
            if seat is not None:
                who = {"user": seat.user_id} if seat.user_id else {"user": None, "name": seat.name}
                found = entrants.filter(**who).first()
            setattr(call, name, found.pk if found else 0)
        entries = apps.get_model("tournaments", "Entry").objects.filter(tournament=call.tournament_id, kind__in=DECIDED)
        made = next((entry for entry in entries if entry.event["pairing"] == call.pairing), None)
        call.entered = made.n if made else None
        call.save(update_fields=["left", "right", "entered"])


class Migration(migrations.Migration):
    dependencies = [
        ("game", "0002_feel"),
        ("tournaments", "0003_options"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="call",
            name="pairing_called_once",
        ),
        migrations.AddField(
            model_name="call",
            name="entered",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="call",
            name="left",
            field=models.PositiveBigIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="call",
            name="right",
            field=models.PositiveBigIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="entrant",
            name="checked_in",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="entrant",
            name="seed",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="entrant",
            name="waiting_since_ms",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="entry",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="tournament",
            name="aliases",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="tournament",
            name="check_in_min",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="tournament",
            name="co_organisers",
            field=models.ManyToManyField(blank=True, related_name="co_organised", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="tournament",
            name="conditions",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="tournament",
            name="hot_seat",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="tournament",
            name="invitation",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
        migrations.AddField(
            model_name="tournament",
            name="password",
            field=models.CharField(blank=True, db_default="", default="", max_length=128),
        ),
        migrations.AddField(
            model_name="tournament",
            name="paused",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="tournament",
            name="repeat_days",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="tournament",
            name="seeding",
            field=models.CharField(
                choices=[("rating", "Rating"), ("random", "Random"), ("entry", "Entry"), ("hand", "Hand")],
                db_default="rating",
                default="rating",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="tournament",
            name="starts_ms",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="tournament",
            name="phase",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("open", "Open"),
                    ("check_in", "Check In"),
                    ("running", "Running"),
                    ("finished", "Finished"),
                    ("cancelled", "Cancelled"),
                ],
                default="open",
                max_length=9,
            ),
        ),
        migrations.AlterField(
            model_name="tournament",
            name="size",
            field=models.PositiveIntegerField(),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["tournament", "pairing"], name="call_pairing"),
        ),
        migrations.RunPython(fill_calls, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.UniqueConstraint(
                condition=models.Q(("entered", None)), fields=("tournament", "pairing"), name="pairing_called_once"
            ),
        ),
    ]
