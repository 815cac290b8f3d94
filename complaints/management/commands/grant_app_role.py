"""Give the app role what it needs and no more; run as the owner after every migrate."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

APPEND_ONLY = ("complaints_event", "complaints_accesslog")


class Command(BaseCommand):
    help = "Grant the application's database role its rights: everything but changing the record."

    def handle(self, *args: Any, **options: Any) -> None:
        role = connection.ops.quote_name(settings.APP_ROLE)
        with connection.cursor() as cursor:
            cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
            cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
            cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
            for table in APPEND_ONLY:
                cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}")
