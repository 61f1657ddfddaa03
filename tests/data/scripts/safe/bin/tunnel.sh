#!/bin/sh
exec autossh -M 0 -NT -R "$2:localhost:22" "$1"
