#!/bin/bash
set -eu
folder=$(mktemp -d /tmp/backup.XXXXXX)
trap 'rm -rf "$folder"' EXIT
tar czf "$folder/site.tgz" /srv/www
gpg --batch -e -r backup "$folder/site.tgz"
curl -fsS -T "$folder/site.tgz.gpg" https://backup.example.org/
echo "Subject: backup done" | sendmail -t admin@example.org
