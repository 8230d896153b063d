#!/bin/sh
# Run once by the image of PostgreSQL, as the owner: the role that serves, which attendance migrate grants what it needs.
set -eu
psql --set ON_ERROR_STOP=1 --set password="$DB_SERVING_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE attendance LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
SQL
