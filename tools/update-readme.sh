#!/bin/sh
# update-readme.sh - put a real run into the README, between the transcript marks.
#
#     tools/update-readme.sh [--check] [WEIR]
#
# Traces the sample in plain text as an administrator would see it, at a fixed
# moment and in UTC. With --check it changes nothing, and fails where the README
# is not what it would write.

set -eu
cd "$(dirname "$0")/.."

is_check=false
if [ "${1-}" = --check ]; then
	is_check=true
	shift
fi
weir=${1-build/weir}
[ -x "$weir" ] || ./dev build
weir=$(realpath "$weir")

transcript=$(mktemp)
page=$(mktemp)
trap 'rm -f "$transcript" "$page"' EXIT

status=0
{
	echo '```'
	echo "\$ cd tests/data/sample && weir trace --passwd passwd ."
	(
		cd tests/data/sample
		SOURCE_DATE_EPOCH=1772557200 TZ=UTC "$weir" trace --color=never --no-progress \
			--config /dev/null --passwd passwd .
	) || status=$?
	echo '```'
} >"$transcript"
if [ "$status" -gt 1 ]; then
	echo "update-readme.sh: weir trace ended with $status" >&2
	exit 1
fi

awk -v transcript="$transcript" '
	$0 == "<!-- /transcript -->" { is_inside = 0 }
	!is_inside { print }
	$0 == "<!-- transcript -->" {
		is_inside = 1
		while ((getline line < transcript) > 0)
			print line
	}
' README.md >"$page"
grep -q '^<!-- /transcript -->$' "$page" || {
	echo "update-readme.sh: the transcript marks are missing in README.md" >&2
	exit 1
}
if $is_check; then
	diff README.md "$page" >&2 || {
		echo "update-readme.sh: README.md is out of date: run tools/update-readme.sh" >&2
		exit 1
	}
else
	cat "$page" >README.md
fi
