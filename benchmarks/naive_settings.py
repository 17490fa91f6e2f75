"""What the naive game needs of Django: nearly nothing. Used by benchmarks/naive.py alone."""

SECRET_KEY = "only for a benchmark on this machine"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["channels"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
USE_TZ = True
