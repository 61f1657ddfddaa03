#!/bin/sh
set -e
case "$1" in configure)
    adduser --system example
    chmod 755 /usr/lib/example/run
    rm -f /etc/cron.d/example-old
    ;;
esac
