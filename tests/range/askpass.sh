#!/bin/sh
# askpass.sh - what ssh runs for a password when nobody sits there.
printf '%s\n' "$RANGE_PASSWORD"
