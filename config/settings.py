"""One settings file, driven by the environment (.env.example names every variable).

`run.py` sets the variables for a desk on one machine; compose and a real
server set the same ones. Nothing here reads a file of secrets by itself.
"""

from pathlib import Path
from typing import Any

import environ
from django.utils.translation import gettext_lazy as _

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# -- what this home is ---------------------------------------------------
HOME = Path(env("TUNTAS_HOME", default=str(BASE_DIR / ".tuntas")))
DEMO_HOME = env.bool("TUNTAS_DEMO_HOME", default=False)  # only here may the clock be moved
PRODUCTION = env.bool("TUNTAS_PRODUCTION", default=False)  # elsewhere letters reach MAIL_ONLY_TO alone
SITE_URL = (env("SITE_URL", default="") or "http://127.0.0.1:8000").rstrip("/")  # links in letters begin with it
SITE_TIME_ZONE = env("SITE_TIME_ZONE", default="Asia/Jakarta")
SITE_COUNTRY = env("SITE_COUNTRY", default="ID")  # how a phone number without a country is read
SITE_CURRENCY = env("SITE_CURRENCY", default="IDR")
ORGANISATION = env("ORGANISATION", default="Sinar Elektronik")
SUPPORT_PHONE = env("SUPPORT_PHONE", default="1500-000")
SUPPORT_HOURS = env("SUPPORT_HOURS", default="08:00-20:00")  # every day, in SITE_TIME_ZONE
OUTSIDE_BODY = env("OUTSIDE_BODY", default="")  # who else may be asked when we have said our last word
OUTSIDE_CONTACT = env("OUTSIDE_CONTACT", default="")

SECRET_KEY = env("SECRET_KEY")
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "rest_framework",
    "allauth",
    "allauth.account",
    "axes",
    "django_htmx",
    "lucide",
    "csp",
    "complaints",
    "escalation",
    "followups",
    "insights",
    "demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "complaints.middleware.DeskMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "complaints.context.desk",
            ],
        },
    }
]

# -- the database: two roles, one for migrations, one for everything else --
DATABASES = {
    "default": {
        **env.db_url("OWNER_DATABASE_URL" if env("TUNTAS_ROLE", default="app") == "owner" else "DATABASE_URL"),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
    "options",
    "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s -c statement_timeout=30s"
    if env("TUNTAS_ROLE", default="app") == "app"
    else "-c lock_timeout=30s",
)
# A socket's folder is in OPTIONS after parsing; psql (dbshell) looks for it in HOST.
DATABASES["default"]["HOST"] = DATABASES["default"]["OPTIONS"].pop("host", DATABASES["default"].get("HOST", ""))
OWNER_DATABASE_URL = env("OWNER_DATABASE_URL", default="")
APP_ROLE = env.db_url("DATABASE_URL")["USER"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- Redis: hints for Celery (database 0), limits of public pages (database 1); nothing a person of the desk does
# -- waits for it
REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379").rstrip("/")
_SOCKET = REDIS_URL.removeprefix("unix://") if REDIS_URL.startswith("unix://") else None

CELERY_BROKER_URL = f"redis+socket://{_SOCKET}?virtual_host=0" if _SOCKET else f"{REDIS_URL}/0"
HINTS = True  # tell a worker to look at once (complaints/hints.py); without, it looks at the next tick
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": f"unix://{_SOCKET}?db=1" if _SOCKET else f"{REDIS_URL}/1",
        "KEY_PREFIX": env("CACHE_KEY_PREFIX", default="") or "tuntas",
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    }
}

# -- Celery: the exact settings and the reasons for each are those of the rules on time, mail and faults --
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "visibility_timeout": 900,  # more than four times the hard time limit: config/checks.py
    "socket_timeout": 3,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 25,
    "retry_on_timeout": False,
    "client_name": "tuntas",
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for ever
CELERY_BROKER_CONNECTION_TIMEOUT = 3
CELERY_TASK_PUBLISH_RETRY = False  # a lost hint is fine, a hanging request is not
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True  # every task may run twice
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000  # KiB
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30  # seconds; wants REMAP_SIGTERM=SIGQUIT and a longer grace around it
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_BEAT_MAX_LOOP_INTERVAL = 15
CELERY_BEAT_ENABLE_REMOTE_CONTROL = True  # beat answers a ping too
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# -- letters: rows first, then mail; without EMAIL_URL they stay files in the home --
EMAIL_URL = env("EMAIL_URL", default="")
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)  # seconds
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="") or "Tuntas <tuntas@localhost.localdomain>"
REPLY_TO = env("REPLY_TO", default="")
# Addresses and @domains; outside production only these get mail.
MAIL_ONLY_TO = [name.strip().lower() for name in env.list("MAIL_ONLY_TO", default=[]) if name.strip()]
UNDO_SECONDS = 15  # how long a letter somebody composed can be taken back

# -- people and signing in ---------------------------------------------------
AUTH_USER_MODEL = "complaints.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "full_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "complaints:home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "complaints.signin.StaffAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator makes the accounts
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = False  # theirs live in the cache; ours in PostgreSQL, so that the desk works without Redis
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# How many proxies of our own stand in front, each adding to X-Forwarded-For the address it heard; 0: none.
PROXY_DEPTH = env.int("PROXY_DEPTH", default=0)
AXES_CLIENT_IP_CALLABLE = "complaints.limits.client_address"  # by PROXY_DEPTH, as everything else that asks
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "complaints.signin.who_tries"
AXES_LOCKOUT_CALLABLE = "complaints.signin.locked_out"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # the setup pages are about the organisation
AXES_ENABLE_ACCESS_FAILURE_LOG = False
SESSION_COOKIE_AGE = 12 * 60 * 60  # a long shift
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("HTTPS", default=False)
SECURE_SSL_REDIRECT = False  # the proxy's work
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=0)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("HTTPS", default=False) else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# -- language and time ---------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("id", _("Indonesian")), ("ms", _("Malay"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# -- files ---------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = HOME / "static"
MEDIA_ROOT = HOME / "files"  # evidence: never served from here, only through a permission check
EVIDENCE_MAX_BYTES = env.int("EVIDENCE_MAX_BYTES", default=15 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

_BY_THE_ROOT: dict[str, Any] = {"handlers": [], "propagate": True}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "config.logs.MaskingFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # axes writes who tried to sign in; the rows in its table are enough
        "axes": {"level": "ERROR"},
        # a line for each tick and for its arrival, every few seconds; what came of it is one line of celery.app.trace
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        # These bring handlers of their own, which would write a customer's link as it was asked for.
        "django": _BY_THE_ROOT,
        "django.server": _BY_THE_ROOT,
        "gunicorn.error": _BY_THE_ROOT,
        "gunicorn.access": _BY_THE_ROOT,
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
SILENCED_SYSTEM_CHECKS = ["security.W008", "security.W004"]
