from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tournaments", "0002_choice"),
    ]

    operations = [
        migrations.AddField(
            model_name="tournament",
            name="options",
            field=models.JSONField(null=True),
        ),
    ]
