"""The fixed cast and the databases they play on.

The suite runs as the app role: each worker's own database is made, migrated
and granted by the owner, then the connection is the app's. A transactional
test's flush goes over the owner's connection, with the record's triggers
switched off around it.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import environ
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client, TransactionTestCase
from django.test.utils import override_settings
from django.utils import translation

from complaints import clock
from complaints.models import Customer, Department, User
from tests import factories
from tests.factories import Cast

OWNER = environ.Env.db_url_config(os.environ.get("OWNER_DATABASE_URL", ""))


TRIGGERS = (
    ("complaints_event", "event_is_append_only"),
    ("complaints_accesslog", "access_log_is_append_only"),
)


class AsOwner:
    """For a moment the default connection is the owner's, perhaps with the record's triggers switched off."""

    def __init__(self, *, without_triggers: bool = False) -> None:
        self.without_triggers = without_triggers

    def __enter__(self) -> None:
        connection.close()
        self.app = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD")}
        connection.settings_dict.update(USER=OWNER["USER"], PASSWORD=OWNER["PASSWORD"])
        if self.without_triggers:
            self._switch("DISABLE")

    def __exit__(self, *exc: object) -> None:
        if self.without_triggers:
            self._switch("ENABLE")
        connection.close()
        connection.settings_dict.update(self.app)

    def _switch(self, way: str) -> None:
        with connection.cursor() as cursor:
            for table, trigger in TRIGGERS:
                cursor.execute(f"ALTER TABLE {table} {way} TRIGGER {trigger}")


def _flush_as_owner(self: TransactionTestCase) -> None:
    """What a transactional test leaves is emptied by the owner (the app role may not); the defaults are put back."""
    with AsOwner(without_triggers=True):
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
    call_command("load_defaults", verbosity=0)


TransactionTestCase._fixture_teardown = _flush_as_owner


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    name = f"test_tuntas_{os.environ.get('PYTEST_XDIST_WORKER', 'master')}"
    with django_db_blocker.unblock(), AsOwner():
        connection.settings_dict["TEST"] = {**connection.settings_dict["TEST"], "NAME": name}
        original = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        call_command("grant_app_role", verbosity=0)
    with django_db_blocker.unblock():
        call_command("load_defaults", verbosity=0)
    yield
    with django_db_blocker.unblock(), AsOwner():
        connection.creation.destroy_test_db(original, verbosity=0)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _files(tmp_path: Any) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path / "files"):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody: call centre, Sales, Finance, an outsider's call centre."""
    return factories.make_cast()


@pytest.fixture
def agent(cast: Cast) -> User:
    return cast.agent


@pytest.fixture
def colleague(cast: Cast) -> User:
    return cast.colleague


@pytest.fixture
def supervisor(cast: Cast) -> User:
    return cast.supervisor


@pytest.fixture
def officer(cast: Cast) -> User:
    return cast.officer


@pytest.fixture
def outsider(cast: Cast) -> User:
    return cast.outsider


@pytest.fixture
def manager(cast: Cast) -> User:
    return cast.manager


@pytest.fixture
def administrator(cast: Cast) -> User:
    return cast.administrator


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return cast.customer


@pytest.fixture
def sales(cast: Cast) -> Department:
    return cast.sales


@pytest.fixture
def move_clock(db: None) -> Any:
    """`move_clock(hours=26)`: business time goes on."""
    return lambda **kwargs: clock.advance(timedelta(**kwargs))


@pytest.fixture
def as_user() -> Any:
    """`as_user(agent)`: a browser signed in as that person."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
