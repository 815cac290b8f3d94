"""The settings of the suite: the real ones, with what would only cost time taken out."""

import os

from config.settings import *  # noqa: F403
from config.settings import AUTHENTICATION_BACKENDS as _backends
from config.settings import CACHES as _caches
from config.settings import STORAGES as _storages

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**_storages, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
DEMO_HOME = True
# A test's client signs in by force; the sign-in tests name the real backends again.
AUTHENTICATION_BACKENDS = [*_backends]
HINTS = False  # no worker runs that they could reach; the tests of the hints switch them on
# The processes of one run share a server: each has its own keys.
CACHES = {"default": {**_caches["default"], "KEY_PREFIX": f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'master')}"}}
