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
FOR_TESTS=(busybox:busybox-static dockerd:docker.io "${FOR_CLIENTS[@]}" git:git)

# need COMMAND:PACKAGE ... : installs, as root, the packages whose command is not there; otherwise says how to get them.
need() {
    local pair missing=()
    for pair in "$@"; do
        has "${pair%%:*}" || missing+=("${pair#*:}")
    done
    # A compiler without the C library's headers compiles nothing.
    [[ " $* " != *" gcc:gcc "* || -e /usr/include/stdio.h ]] || missing+=(libc6-dev)
    ((${#missing[@]})) || return 0
    local install="apt-get install --yes --no-install-recommends ${missing[*]}"
    has apt-get || die "this is missing: ${missing[*]} (Debian's names; there is no apt-get here to install them)"
    ((EUID == 0)) || die "this is missing: ${missing[*]}; get it with: sudo apt-get update && sudo $install"
    say "installing ${missing[*]}"
    (
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq && $install -qq -o Dpkg::Use-Pty=0
    ) </dev/null >&2 || die "could not install ${missing[*]}: see above"
}

has() {
    [[ $1 != javac || -z ${JAVA_HOME:-} ]] || set -- "$JAVA_HOME/bin/javac"
    command -v "$1" >/dev/null || [[ -x /usr/sbin/$1 ]] || return 1
    [[ ${1##*/} != javac || $("$1" -version 2>&1) =~ javac\ (1[7-9]|[2-9][0-9]) ]]
}

maven() {
    (cd "$STOA_HOME" && ./mvnw "$@" </dev/null)
}

# quiet_maven FAILURE ARGUMENTS: runs Maven without a word if all goes well; shows what it warned of and refused if not,
# which -q would not, and ends with FAILURE.
quiet_maven() {
    local log failure=$1
    log=$(mktemp)
    if maven -Dorg.slf4j.simpleLogger.defaultLogLevel=warn "${@:2}" >"$log" 2>&1; then
        rm -f "$log"
    else
        grep -vE '^\[ERROR\] *($|-> |To see|Re-run|For more|\[Help)' "$log" >&2
        rm -f "$log"
        die "$failure: see above"
    fi
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
