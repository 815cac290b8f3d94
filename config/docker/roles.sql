-- The two roles and the one database, made or brought up to date before each migrate; safe to repeat,
-- and how a changed password in .env reaches PostgreSQL. The statements are those of
-- config/embedded/postgres.py, and the passwords come by the environment: a list of processes shows none.
\set owner tuntas_owner
\set app tuntas_app
\set name tuntas
\set createdb NOCREATEDB
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
SET client_min_messages = warning;

CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE EXTENSION IF NOT EXISTS unaccent;

\connect postgres

SELECT format('CREATE ROLE %I', role) FROM unnest(ARRAY[:'owner', :'app']) AS role
 WHERE role NOT IN (SELECT rolname FROM pg_roles) \gexec
ALTER ROLE :"owner" LOGIN NOSUPERUSER NOCREATEROLE :createdb PASSWORD :'owner_password';
ALTER ROLE :"app" LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB PASSWORD :'app_password';
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'owner')
 WHERE :'name' NOT IN (SELECT datname FROM pg_database) \gexec
