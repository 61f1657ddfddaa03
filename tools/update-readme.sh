#!/bin/sh
# update-readme.sh - put a real run into the README, between the transcript marks.
#
#     tools/update-readme.sh [LOGS...]
#
# Traces LOGS (default: the sample) in plain text as an administrator would see
# it, without colours and progress.

set -eu
cd "$(dirname "$0")/.."

[ $# -gt 0 ] || set -- tests/data/sample
[ -x build/weir ] || ./dev build

transcript=$(mktemp)
page=$(mktemp)
trap 'rm -f "$transcript" "$page"' EXIT

status=0
{
	echo '```'
	echo "\$ weir trace $*"
	build/weir trace --color=never --no-progress "$@" || status=$?
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
cat "$page" >README.md
