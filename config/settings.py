"""Settings, all from the environment, each with a default that is safe and needs nothing.

Embedded (the default): SQLite beside a generated secret key in ``DATA_DIR``, the in-memory channel layer, one
process. Cluster: ``DATABASE_URL`` and ``REDIS_URL``, and nothing else.
"""

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import addresses, network
from config.secret import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
# A copy: what the file says must not reach the processes we start, which read it themselves, and later.
environ.Env.ENVIRON = dict(os.environ)
env = environ.Env()
environ.Env.read_env(env.str("ENV_FILE", str(BASE_DIR / ".env")))

DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "data")))
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "") or secret_key(DATA_DIR / "secret_key")
# A laptop that people join by phone: its names and addresses on the local network are allowed by default.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=network.own_names())
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Said once for a server behind nginx or Caddy with TLS; plain http must work on a school's network.
HTTPS = env.bool("HTTPS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SHARE_ADDRESS = ""  # "192.168.0.7": what `serve` finds for links that must work on another device
SESSION_COOKIE_AGE = 180 * 24 * 3600  # a guest is only as durable as this cookie

INSTALLED_APPS = [
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
    "allauth",
    "allauth.account",
    "realtime",
    "accounts",
    "chat",
    "game",
    "matchmaking",
    "tournaments",
    "config",
]

MIDDLEWARE = [
    "config.security.ContentSecurityPolicyMiddleware",
    "config.unavailable.UnavailableMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.static_files.StaticFilesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "accounts.token.TokenMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.token.BearerMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# At most so many connections of each process; PostgreSQL's max_connections must allow for all of them.
DATABASE_CONNECTIONS = env.int("DATABASE_CONNECTIONS", 20)
DATABASES = {
    "default": addresses.database(
        env.str("DATABASE_URL", "") or f"sqlite:///{DATA_DIR / 'rallypoint.sqlite3'}", DATABASE_CONNECTIONS
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "")
CLUSTER = bool(REDIS_URL)  # there may be other processes
if REDIS_URL:
    REDIS_URL = addresses.redis(REDIS_URL)
    if not addresses.is_postgresql(DATABASES["default"]):
        raise ImproperlyConfigured(
            "REDIS_URL is set, which makes a cluster: expected a DATABASE_URL of PostgreSQL with it, came SQLite"
        )
    # pub/sub lives through a Redis restart and costs a fifth of the core layer; it forgets, so every room has versions.
    CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}},
    }
    CACHES = {"default": {"BACKEND": "config.cache.RedisCache", "LOCATION": [REDIS_URL]}}
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_FORMS = {"signup": "accounts.forms.SignupForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_EMAIL_VERIFICATION = "optional" if env.str("EMAIL_URL", "") else "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = False  # a guest is signed in, and may sign up or log in
# A class behind one address must be able to sign up at once; log-in failures stay limited per account.
ACCOUNT_RATE_LIMITS = {"signup": "300/m/ip", "login": "300/m/ip", "login_failed": "300/m/ip,5/5m/key"}
if env.str("EMAIL_URL", ""):
    vars().update(env.email("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "rallypoint@localhost")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_storage.ModuleStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

LOG_FORMAT = env.str("LOG_FORMAT", "line")  # or "json": an object a line, with process, match and user
METRICS_TOKEN = env.str("METRICS_TOKEN", "")  # who has it may read /metrics from anywhere

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {"()": "realtime.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "json" if LOG_FORMAT == "json" else "line"},
        "counted": {"class": "realtime.logs.CountingHandler"},
    },
    "root": {"handlers": ["console", "counted"], "level": env.str("LOG_LEVEL", "WARNING")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "daphne": {"level": "WARNING"},
        # It logs every attempt to reach a Redis that is away, with its traceback; realtime.nerves says it in a line.
        "channels_redis": {"level": "CRITICAL"},
        "psycopg.pool": {"level": "ERROR"},  # likewise of PostgreSQL; realtime.heartbeat says it
    },
}

# The rules of the house, each a number an operator may want to change.
READY_QUEUE_S = env.int("READY_QUEUE_S", 15)  # a match from the queue: be there, or it is aborted
READY_TOURNAMENT_S = env.int("READY_TOURNAMENT_S", 60)  # a tournament's call: be there, or it is a walkover
READY_HOT_SEAT_S = env.int("READY_HOT_SEAT_S", 900)  # the same where all play at one screen: it is paused then
REST_HOT_SEAT_S = env.int("REST_HOT_SEAT_S", 3)  # between two matches at one screen
REST_ARENA_S = env.int("REST_ARENA_S", 5)  # between two matches of an arena
REST_S = env.int("REST_S", 20)  # rest between two matches of a tournament
AWAY_BUDGET_S = env.int("AWAY_BUDGET_S", 30)  # absence from a match, in total, before it is decided
BOOT_GRACE_S = env.int("BOOT_GRACE_S", 20)  # nobody is judged absent within this time of a restart
