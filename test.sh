#!/usr/bin/env bash
# Installs what is missing, builds everything and runs all tests. Ends with the list of skipped tests, each
# with its reason, and one closing line; exit status 1 where a test failed. Arguments go to ctest.
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/tools/setup.sh"

install_packages build test
build_targets

results=$build/tests.xml
rm -f "$results"
ctest --test-dir "$build" -j2 --output-on-failure --timeout 600 --output-junit "$results" "$@"
status=$?
[ -f "$results" ] || die "ctest wrote no results"

# A skipped test says why: GTEST_SKIP() << "...", or a script's line "skipped: ...".
awk '
  function plain(text) {
    gsub("&lt;", "<", text); gsub("&gt;", ">", text); gsub("&quot;", "\"", text)
    gsub("&apos;", "\047", text); gsub("&amp;", "\\&", text)
    return text
  }
  function attribute(name,   part) {
    part = $0
    if (!sub(".*[ \t]" name "=\"", "", part)) return ""
    sub("\".*", "", part)
    return plain(part)
  }
  /<testcase /   { name = attribute("name"); state = attribute("status"); reason = ""; take = 0 }
                 { sub("^.*<system-out>", "") }
  take           { reason = plain($0); take = 0 }
  /: Skipped$/   { take = 1 }
  /^skipped: /   { reason = plain(substr($0, 10)) }
  /<\/testcase>/ {
    if (state == "run") ++passed
    else if (state != "notrun" && state != "disabled") ++failed
    else list[++skipped] = name ": " (reason ? reason : "no reason given")
  }
  END {
    if (skipped) print "\nSkipped:"
    for (i = 1; i <= skipped; ++i) print "  " list[i]
    printf "\n%d passed, %d failed, %d skipped\n", passed, failed, skipped
    exit failed > 0 || passed == 0
  }' "$results"
counted=$?
[ $status = 0 ] && [ $counted = 0 ]
