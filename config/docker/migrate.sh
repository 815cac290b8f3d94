#!/bin/sh
# Once before the desk starts, and again at every upgrade: tables and rights as their owner, then what
# the desk cannot do without, as the role that only works. Each step may be repeated.
set -eu
TUNTAS_ROLE=owner python manage.py migrate --noinput
TUNTAS_ROLE=owner python manage.py grant_app_role
python manage.py load_defaults
