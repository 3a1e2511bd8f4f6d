# check-report.bash: sourced by ../check: runs what is tried, one line each, and counts. Whole logs are in $logs.

passed=0 failed=0

begin() { # NAME
    log=$logs/${1//[^[:alnum:]]/-}.log began=$SECONDS
    printf '%-36s' "$1"
}

end() { # PASSED FAILED
    ((passed += $1, failed += $2))
    local outcome=ok
    (($1 + $2 > 1)) && outcome="$1 ok"
    (($2)) && outcome="$2 FAILED"
    printf '%-12s%4d s  (at %d:%02d)\n' "$outcome" $((SECONDS - began)) $((SECONDS / 60)) $((SECONDS % 60))
    if (($2)); then
        { # what says that it failed, wherever it stands, and the end
            grep -a -E '^(\[(----|FAIL)\]|lifetime: |lt-stress: .*fail|.*(ERROR: [A-Z]|WARNING: Thr)|SUMMARY: )' "$log" |
                grep -a -v -E '^\[----\] *$|objects are alive at exit' | head -n 30
            tail -n 20 "$log"
        } | sed 's/^/    | /'
        echo "    the whole log: $log"
        return 1
    fi
}

step() { # NAME COMMAND...: counts as one
    begin "$1"
    if "${@:2}" >"$log" 2>&1; then end 1 0; else end 0 1; fi
}

counted() { # NAME COMMAND...: a command whose last line is "N passed, N failed"
    begin "$1"
    local status=0 count
    "${@:2}" >"$log" 2>&1 || status=$?
    count=$(sed -n '$s/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$log")
    [[ $count && ($status == 0 || $count != *' 0') ]] || count='0 1'
    end $count
}

unit_tests() { # NAME [MESON-TEST-OPTION...]
    local results=build/$1/meson-logs/testlog.json
    begin "$1: unit tests"
    rm -f $results
    meson test -C build/$1 --suite unit --print-errorlogs "${@:2}" >"$log" 2>&1
    end $([[ -e $results ]] && count $results 2>>"$log" || echo 0 1)
}

count() { # TESTLOG.JSON: prints how many tests passed and failed, Criterion's one by one; none at all is a failure
    python3 - "$1" <<'PYTHON'
import json, re, sys

passed = failed = 0
for program in map(json.loads, open(sys.argv[1])):
    output = (program.get('stdout') or '') + (program.get('stderr') or '')
    criterion = re.findall(r'Synthesis: Tested: (\d+) \| Passing: (\d+)', output)
    tests, good = (sum(int(pair[i]) for pair in criterion) for i in (0, 1))
    if program['result'] == 'OK' and tests:
        passed += good
        failed += tests - good
    elif program['result'] == 'EXPECTEDFAIL' or program['result'] == 'OK' and not criterion:
        passed += 1
    elif program['result'] != 'SKIP':
        passed += good
        failed += max(tests - good, 1)
print(passed, failed if passed + failed else 1)
PYTHON
}
