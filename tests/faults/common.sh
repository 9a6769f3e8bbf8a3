# common.sh BUILD [slow]: what the suites share. They start in the root, print what went wrong, and
# end with the counts that tests/run adds up. OTHER_USER is set when they run as another user too.
assay=$(pwd)/$1/assay
tools=$(pwd)/$1/tests
faults=$(pwd)/tests/faults
slow=
[ "$2" != slow ] || slow=1
work=$(mktemp -d) || exit 1
trap 'chmod -R u+rwX "$work"; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
passed=0
failed=0

good() { passed=$((passed + 1)); }
bad() {
    failed=$((failed + 1))
    echo "WRONG: $*"
}
skip() { echo "SKIPPED: $*"; }

# check SENTENCE COMMAND...: one test
check() {
    sentence=$1
    shift
    if "$@"; then good; else bad "$sentence"; fi
}

# same A B: whether two folders hold the same files
same() { diff -r "$1" "$2" >/dev/null 2>&1; }

# hidden FOLDER: the names below it that begin with a dot
hidden() { find "$1" -mindepth 1 -name '.*'; }

is_root() { [ "$(id -u)" = 0 ]; }

finish() {
    echo "$passed passed, $failed failed"
    [ $failed -eq 0 ]
    exit
}

# ---- a run over an earlier run -------------------------------------------------------------------
# $work/base holds two runs, the second over the first; a third one goes over a copy, $work/now.

prepare() {
    for word in older old new; do
        [ $word != new ] || cp -a "$work/base" "$work/now"
        [ $word != new ] && into=base || into=now
        "$assay" run "$faults/write.lua" --out "$work/$into/out" -- $word >/dev/null || exit 1
        cp -a "$work/$into/out" "$work/$word"
    done
    restore
}

restore() {
    rm -rf "$work/now"
    cp -a "$work/base" "$work/now"
}

# shimmed SHIM VARIABLE=VALUE...: the third run with a library loaded before it; sets `code`
shimmed() {
    shim=$tools/$1.so
    shift
    env "$@" SHIM_LOG=9 LD_PRELOAD="$shim" "$assay" run "$faults/write.lua" --out "$work/now/out" \
        -- new 9>"$work/log" >"$work/printed" 2>"$work/errors"
    code=$?
}

# judge WHAT: whether what the third run left is as it should be; `steps` says that what was kept
# before may be lost
judge() {
    what="$1: $(cat "$work/log")"
    wrong=
    if [ $code -ne 0 ]; then
        case $code in [123] | 125) ;; *) wrong="an exit code of its own" ;; esac
        grep -v 'run by root' "$work/errors" | grep -q '^assay: .' || wrong="no message"
        ! grep -q 'holds something else' "$work/errors" || wrong="the message is not why"
        [ -n "$wrong" ] || ! same "$work/now" "$work/base" || { good; return; }
        same "$work/now/out" "$work/old" || same "$work/now/out" "$work/new" ||
            wrong="$wrong, neither run is whole"
        same "$work/now/out.previous" "$work/older" || same "$work/now/out.previous" "$work/old" ||
            [ -n "$steps" ] || wrong="$wrong, what was kept before is lost"
    else
        same "$work/now/out" "$work/new" || wrong="it ended well and the outputs are not there"
        same "$work/now/out.previous" "$work/old" || wrong="$wrong, the earlier run was not kept"
    fi
    grep -q removing "$work/log" || [ -z "$(hidden "$work/now")" ] || wrong="$wrong, hidden names stay"
    if [ -z "$wrong" ]; then good; else bad "$what: $wrong (exit code $code: $(cat "$work/errors"))"; fi
    restore
}

# whole WHAT SHIM VARIABLE=VALUE...: nothing fails for good, so the run must end well
whole() {
    name=$1
    shift
    shimmed "$@"
    [ $code -eq 0 ] || bad "$name: the run should end well"
    judge "$name"
}

# sweep WHAT STEP SHIM VARIABLE=VALUE...: the k-th thing fails, for k = 1, 2, 3... until there are no
# more; with a STEP of 8 k then grows by an eighth each time
sweep() {
    name=$1
    step=$2
    shift 2
    k=1
    tried=0
    while :; do
        shimmed "$@" SHIM_AT=$k
        [ -s "$work/log" ] || break
        judge "$name, the ${k}th"
        tried=$((tried + 1))
        k=$((k + 1 + (step > 0 ? k / step : 0)))
    done
    check "$name: with nothing left to fail the run ends well" [ $code -eq 0 ]
    check "$name: something was there to fail" [ $tried -gt 10 ]
    restore
}
