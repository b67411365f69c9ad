#!/bin/sh
# First start of the database container only: the product's own role, which is no superuser.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$(cat /run/secrets/mot_de_passe_base)" \
    --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE marianne LOGIN PASSWORD :'password';
CREATE DATABASE marianne OWNER marianne;
REVOKE CONNECT ON DATABASE marianne FROM PUBLIC;
SQL
