"""Every setting of the platform, flat and typed. docs/operate/README.md explains the variables."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from backend.config import environment as env

ROOT = Path(__file__).resolve().parents[2]

# -- mode ---------------------------------------------------------------------------------------
SEM_MODE = env.text("SEM_MODE", "production")
DEMO_SECRET_KEY = "only-for-a-command-that-serves-nobody"
SECRET_KEY = env.text("SEM_SECRET_KEY", DEMO_SECRET_KEY)
DEBUG = False
SEM_CLOCK_SHIFT_DAYS = env.number("SEM_CLOCK_SHIFT_DAYS", 0)
SEM_PUBLIC_ORIGIN = env.text("SEM_PUBLIC_ORIGIN", "https://{host}")
SEM_FREE_DOCUMENTS = SEM_MODE != "production"
SEM_EXPLORER = SEM_MODE != "production"
SEM_TRUSTED_PROXIES = env.words("SEM_TRUSTED_PROXIES")

# -- places -------------------------------------------------------------------------------------
SEM_SECRETS_DIR = Path(env.text("SEM_SECRETS_DIR", str(ROOT / ".sem/secrets")))
SEM_KEY_PASSPHRASE = env.text("SEM_KEY_PASSPHRASE", "")
SEM_FILES_DIR = Path(env.text("SEM_FILES_DIR", str(ROOT / ".sem/files")))
SEM_FILES_URL = env.text("SEM_FILES_URL", "")
AWS_ACCESS_KEY_ID = env.text("AWS_ACCESS_KEY_ID", "")
AWS_SECRET_ACCESS_KEY = env.text("AWS_SECRET_ACCESS_KEY", "")
AWS_SESSION_TOKEN = env.text("AWS_SESSION_TOKEN", "")
SEM_TRUST_DIR = Path(env.text("SEM_TRUST_DIR", str(ROOT / ".sem/trust")))
SEM_FRONTEND_DIR = ROOT / "frontend-dist"
SEM_DOCUMENTS_DIR = ROOT / "backend/schema/public/documents"

# -- outside institutions -----------------------------------------------------------------------
SEM_TGR_URL = env.text("SEM_TGR_URL", "")
SEM_WEBPAY_URL = env.text("SEM_WEBPAY_URL", "")
SEM_INSURANCE_URL = env.text("SEM_INSURANCE_URL", "")
SEM_INSPECTION_URL = env.text("SEM_INSPECTION_URL", "")
SEM_FINES_URL = env.text("SEM_FINES_URL", "")
SEM_TSA_URL = env.text("SEM_TSA_URL", "")
SEM_REGISTER_USER = env.text("SEM_REGISTER_USER", "")
SEM_REGISTER_PASSWORD = env.text("SEM_REGISTER_PASSWORD", "")
SEM_SMTP_URL = env.text("SEM_SMTP_URL", "smtp://127.0.0.1:25")

# -- Valkey or Redis: Dramatiq has a database of its own, hints and limits another ---------------
REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379")
SEM_REDIS_PREFIX = env.text("SEM_REDIS_PREFIX", "sem")

# -- PostgreSQL: DATABASE_URL is the application's role, DATABASE_OWNER_URL the owner's -----------
SEM_DATABASE_ROLE = env.text("SEM_DATABASE_ROLE", "application")


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django_tenants.postgresql_backend",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "127.0.0.1",
        "PORT": str(parts.port or 5432),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, "application_name": f"sem {SEM_DATABASE_ROLE}"},
    }


_APPLICATION_URL = env.text("DATABASE_URL", "postgresql://sem_app@127.0.0.1:5432/sem")
_OWNER_URL = env.text("DATABASE_OWNER_URL", _APPLICATION_URL)
DATABASES = {"default": _database(_OWNER_URL if SEM_DATABASE_ROLE == "owner" else _APPLICATION_URL)}
DATABASE_APPLICATION_USER = _database(_APPLICATION_URL)["USER"]
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- tenancy ------------------------------------------------------------------------------------
TENANT_MODEL = "tenants.Municipality"
TENANT_DOMAIN_MODEL = "tenants.Domain"
TENANT_LIMIT_SET_CALLS = True
_EVERYWHERE = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "backend.audit",
    "backend.people",
]
SHARED_APPS = ["django_tenants", "backend.tenants", "backend.reference", "backend.billing.unrouted", *_EVERYWHERE]
TENANT_APPS = [
    *_EVERYWHERE,
    "backend.outbox",
    "backend.profile",
    "backend.messaging",
    "backend.signing",
    "backend.billing",
    "backend.receipts",
]
INSTALLED_APPS = [*SHARED_APPS, *(app for app in TENANT_APPS if app not in SHARED_APPS)]
AUTH_USER_MODEL = "people.StaffAccount"

# -- web ----------------------------------------------------------------------------------------
ROOT_URLCONF = "backend.config.urls"
WSGI_APPLICATION = "backend.config.wsgi.application"
ALLOWED_HOSTS = ["*"]  # backend.tenants.middleware lets only Domain rows through
USE_X_FORWARDED_HOST = False
MIDDLEWARE = [
    "backend.tenants.middleware.TenantMiddleware",
    "backend.config.headers.SecurityHeadersMiddleware",
    "backend.profile.cors.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
_IS_PRODUCTION = SEM_MODE == "production"
SESSION_COOKIE_NAME = "__Host-sem-session" if _IS_PRODUCTION else "sem-session"  # a browser lets no other host set it
SESSION_COOKIE_SECURE = _IS_PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 10 * 3600  # backend.people.sessions ends them earlier
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-sem-csrf" if _IS_PRODUCTION else "sem-csrf"
CSRF_COOKIE_SECURE = _IS_PRODUCTION
CSRF_COOKIE_HTTPONLY = True  # the token is read at /staff/csrf
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_HANDLERS = ["backend.schema.staff.uploads.AllowedUploads"]
TEMPLATES: list[dict[str, object]] = []

# -- passwords of staff --------------------------------------------------------------------------
PASSWORD_HASHERS = ["backend.people.hashing.StaffPasswordHasher"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, object]] = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "full_name"]},
    },
]

# -- language and time --------------------------------------------------------------------------
LANGUAGE_CODE = "es-cl"
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "httpx": {"level": "WARNING"},
        "xhtml2pdf": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}
