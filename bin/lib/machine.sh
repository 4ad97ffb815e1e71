# shellcheck shell=bash disable=SC2034
# Sourced by the scripts in bin/: what a Debian machine must have, and how it gets it.

STOA_HOME=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf 'stoa: %s\n' "$*" >&2; }

die() {
    say "$@"
    exit 1
}

# "command:package", for what a part needs
FOR_BUILD=(javac:openjdk-17-jdk-headless gcc:gcc curl:curl)
FOR_DEMO=(busybox:busybox-static)
FOR_CLIENTS=(node:nodejs npm:npm)
# Only what takes long is written in Go.
FOR_MESOS_GO=(go:golang-go)
FOR_TESTS=(busybox:busybox-static dockerd:docker.io "${FOR_CLIENTS[@]}" git:git bzip2:bzip2 xz:xz-utils kill:procps)
GO_LIBRARIES=/usr/share/gocode

# need COMMAND:PACKAGE ... : installs, as root, the packages whose command is not there; otherwise says how to get them.
need() {
    local pair missing=()
    [[ -z ${JAVA_HOME:-} ]] || has javac || die "JAVA_HOME: $JAVA_HOME (expected: a JDK of version 17 or later, or unset)"
    for pair in "$@"; do
        has "${pair%%:*}" || missing+=("${pair#*:}")
    done
    # A compiler without the C library's headers compiles nothing.
    [[ " $* " != *" gcc:gcc "* || -e /usr/include/stdio.h ]] || missing+=(libc6-dev)
    # Debian's Go finds the libraries that Debian packs.
    [[ " $* " != *" go:golang-go "* || -e $GO_LIBRARIES/src/github.com/mesos/mesos-go ]] ||
        missing+=(golang-github-mesos-mesos-go-dev)
    ((${#missing[@]})) || return 0
    has apt-get || die "this is missing: ${missing[*]} (Debian's names; there is no apt-get here to install them)"
    local sudo=
    ! has sudo || sudo='sudo '
    ((EUID == 0)) || die "this is missing: ${missing[*]}; get it, as root, with: ${sudo}apt-get update &&" \
        "${sudo}apt-get install --yes --no-install-recommends ${missing[*]}"
    say "installing ${missing[*]} (takes a few minutes)"
    quietly "could not install ${missing[*]}" install "${missing[@]}"
}

# Says on stderr what went wrong and nothing else of interest. Waits for an installation that is under way, as on a
# machine that has just been started.
install() (
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -qq --yes --no-install-recommends -o DPkg::Lock::Timeout=120 "$@"; } </dev/null >/dev/null
)

has() {
    [[ $1 != javac || -z ${JAVA_HOME:-} ]] || set -- "$JAVA_HOME/bin/javac"
    # A program: bash has a kill of its own, with which nobody else can do anything.
    type -P "$1" >/dev/null || [[ -x /usr/sbin/$1 ]] || return 1
    [[ ${1##*/} != javac || $("$1" -version 2>&1) =~ javac\ (1[7-9]|[2-9][0-9]) ]] || return 1
    # Debian's installer brings one with libraries, which runs in no image of the tests.
    [[ $1 != busybox ]] || ! ldd "$(command -v busybox)" >/dev/null 2>&1
}

maven() {
    (cd "$STOA_HOME" && ./mvnw "$@" </dev/null)
}

# quietly FAILURE COMMAND ARGUMENTS: runs it without a word if all goes well; shows what it said if not, less Maven's
# advice, and ends with FAILURE.
quietly() {
    local log failure=$1
    log=$(mktemp)
    if "${@:2}" >"$log" 2>&1; then
        rm -f "$log"
    else
        grep -vE '^\[ERROR\] *($|-> |To see|Re-run|For more|\[Help)' "$log" >&2 || true
        rm -f "$log"
        die "$failure: see above"
    fi
}

# quiet_maven FAILURE ARGUMENTS: shows warnings and errors, which -q would not.
quiet_maven() {
    quietly "$1" maven -Dorg.slf4j.simpleLogger.defaultLogLevel=warn "${@:2}"
}

# fetch_jars POM DIRECTORY WHAT: what a POM depends on, from Maven Central, for a class path of its own; unless it is there.
fetch_jars() {
    [[ ! $2 -nt $1 ]] || return 0
    say "fetching $3 from Maven Central"
    rm -rf "$2" "$2.part"
    quiet_maven "could not fetch $3 from Maven Central" -f "$1" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
        -DincludeScope=runtime -DoutputDirectory="$2.part"
    mv "$2.part" "$2"
    touch "$2"
}
