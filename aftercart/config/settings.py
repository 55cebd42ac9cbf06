"""Django's settings, all of them derived from the validated environment."""

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from aftercart.config.databases import databases
from aftercart.config.environment import environment
from aftercart.config.mail import TRANSPORTS, mail_settings

ENVIRONMENT = environment()
BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = ENVIRONMENT.secret_key
AFTERCART_KEYS = ENVIRONMENT.keys
DEBUG = ENVIRONMENT.debug
# Where connections may lead although it is private; see aftercart.connectors.http.
ALLOWED_PRIVATE_HOSTS = ENVIRONMENT.allowed_private_hosts
# Asked in place of Shopify's own servers: for tests and trials, never from a merchant's form.
SHOPIFY_ADDRESS = ENVIRONMENT.shopify_address
# Trusted beside Amazon's own for the certificates that sign SNS messages: an SNS of one's own.
SNS_HOSTS = ENVIRONMENT.sns_hosts
PUBLIC_URL = ENVIRONMENT.public_url.rstrip("/")
ALLOWED_HOSTS = ["*"]  # the edge in front refuses hosts that are not ours
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "anymail",
    "aftercart.core",
    "aftercart.commerce.customers",
    "aftercart.commerce.catalog",
    "aftercart.commerce.orders",
    "aftercart.delivery.shipments",
    "aftercart.conversation.consent",
    "aftercart.conversation.journeys",
    "aftercart.conversation.messages",
    "aftercart.conversation.pages",
    "aftercart.intake",
    "aftercart.web.shopper",
    "aftercart.web.dashboard",
    "aftercart.web.api",
]

# Who reacts to what, in this order, inside the transaction that made the events true.
EVENT_HANDLERS: list[tuple[str, list[str]]] = [
    (
        "aftercart.delivery.shipments.handlers.follow_fulfillments",
        ["fulfillment.created", "fulfillment.updated", "fulfillment.cancelled"],
    ),
    ("aftercart.delivery.shipments.handlers.weigh", ["order.updated"]),
    (
        "aftercart.conversation.pages.handlers.mark_stale",
        [
            "order.placed",
            "order.updated",
            "order.cancelled",
            "order.deleted",
            "refund.created",
            "fulfillment.created",
            "fulfillment.updated",
            "fulfillment.cancelled",
            "shipment.created",
            "shipment.updated",
            "shipment.checked",
            "shipment.detached",
            "product.updated",
        ],
    ),
    ("aftercart.conversation.pages.handlers.forget", ["customer.erased"]),
    (
        "aftercart.conversation.pages.handlers.restyle",
        ["store.changed", "brand.changed"],
    ),
    (
        "aftercart.conversation.journeys.handlers.enroll",
        [
            "order.placed",
            "order.cancelled",
            "refund.created",
            "fulfillment.created",
            "shipment.in_transit",
            "shipment.out_for_delivery",
            "shipment.available_for_pickup",
            "shipment.attempt_failed",
            "shipment.exception",
            "shipment.delivered",
        ],
    ),
    (
        "aftercart.intake.following.handlers.follow_parcels",
        ["shipment.created", "shipment.updated", "shipment.detached"],
    ),
    (
        "aftercart.intake.following.handlers.follow_connections",
        [
            "connection.added",
            "connection.changed",
            "connection.resumed",
            "connection.mended",
            "connection.paused",
            "connection.broken",
            "connection.removed",
        ],
    ),
    ("aftercart.delivery.shipments.handlers.forget", ["customer.erased"]),
    (
        "aftercart.conversation.messages.handlers.erase",
        ["customer.erased"],
    ),
]

# Rooms that hold personal data beside the customers; see aftercart.commerce.customers.ports.
PERSONAL_DATA = [
    "aftercart.commerce.orders.privacy.OrdersData",
    "aftercart.conversation.messages.privacy.MessagesData",
]

# Odd jobs by name; see aftercart.core.jobs.
JOBS: dict[str, str] = {
    "import_shop": "aftercart.intake.jobs.import_shop",
    "import_file": "aftercart.intake.importing.import_file",
    "connect_shop": "aftercart.intake.jobs.connect_shop",
    "confirm_subscription": "aftercart.intake.jobs.confirm_subscription",
    "read_code_again": "aftercart.delivery.shipments.actions.read_again",
    "follow_store": "aftercart.intake.following.jobs.follow_store",
    "keep_house": "aftercart.intake.jobs.keep_house",
    "erase_shop": "aftercart.intake.erasing.erase_shop",
    "empty_deliveries": "aftercart.intake.erasing.empty_deliveries",
    "send_account_mail": "aftercart.web.dashboard.mail.send_account_mail",
    "send_invitation": "aftercart.web.dashboard.mail.send_invitation",
    "send_tracking_link": "aftercart.web.shopper.jobs.send_tracking_link",
}

# What is sealed for longer than a rotation of keys takes: each function seals anew what an older
# key has sealed, and returns how much it was.
SEALED = [
    "aftercart.intake.actions.connections.reseal",
    "aftercart.web.dashboard.accounts.reseal_second_factors",
]

# The kinds of due work, each done by a worker in a thread of its own: functions that do a batch and
# return how many rows they handled.
DUE_WORK: list[str] = [
    "aftercart.intake.processing.run_batch",
    "aftercart.conversation.journeys.work.run_batch",
    "aftercart.conversation.messages.work.run_batch",
    "aftercart.intake.pulling.run_batch",
    "aftercart.intake.following.work.run_batch",
]

MIDDLEWARE = [
    "aftercart.web.middleware.RequestIdMiddleware",
    "aftercart.web.api.middleware.ApiAnswers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "aftercart.web.middleware.ShopperLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "aftercart.web.middleware.CarefulAnswers",
]

ROOT_URLCONF = "aftercart.config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    },
]

DATABASES = databases(ENVIRONMENT, os.environ.get("AFTERCART_ROLE", "owner"))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "aftercart.core.cache.SharedCache"}}

AUTH_USER_MODEL = "core.User"
# One alone: each would hash a wrong password once more, for whoever tries many.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_ADAPTER = "aftercart.web.dashboard.accounts.AccountAdapter"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_FORMS = {
    "signup": "aftercart.web.dashboard.forms.owners.FirstOwnerForm",
    "change_password": "aftercart.web.dashboard.forms.passwords.ChangePasswordForm",
    "set_password": "aftercart.web.dashboard.forms.passwords.SetPasswordForm",
    "reset_password_from_key": "aftercart.web.dashboard.forms.passwords.ResetPasswordKeyForm",
}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
MFA_ADAPTER = "aftercart.web.dashboard.accounts.MfaAdapter"
MFA_TOTP_ISSUER = "Aftercart"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_ALLOW_UNVERIFIED_EMAIL = True  # members come by invitation, so an address is not a claim
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PUBLIC_URL.startswith(("http://localhost", "http://127.0.0.1"))

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
IS_ENCRYPTED = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_ENCRYPTED
# The prefix keeps other hosts of the same domain from putting cookies of theirs in place of ours.
SESSION_COOKIE_NAME = "__Host-session" if IS_ENCRYPTED else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_ENCRYPTED else "csrf"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_ENCRYPTED else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SILENCED_SYSTEM_CHECKS = ["security.W019"]

LANGUAGE_CODE = "en"
# What the shopper reads; the team's pages are in LANGUAGE_CODE alone.
LANGUAGES = [
    ("en", _("English")),
    ("de", _("German")),
    ("fr", _("French")),
    ("es", _("Spanish")),
    ("pt", _("Portuguese")),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "web" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024

MAIL_ROUTE = ENVIRONMENT.email.kind
MAIL_TRANSPORT = TRANSPORTS[MAIL_ROUTE]
globals().update(mail_settings(ENVIRONMENT.email))
DEFAULT_FROM_EMAIL = ENVIRONMENT.email_from

LOGGING_CONFIG = "aftercart.core.logs.configure"
LOGGING = {"format": ENVIRONMENT.log_format, "level": ENVIRONMENT.log_level}
