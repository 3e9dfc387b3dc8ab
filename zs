#!/bin/sh
# Zerostage's one entry: installs what is missing, then hands over to explore/zerostage.
set -eu

root=$(dirname "$(readlink -f "$0")")
packages=$root/cmake/debian-packages.txt
python=/usr/bin/python3 # Debian's: another python3 on PATH lacks Debian's modules

# Prints those of the named packages that are not installed, on one line.
missing() {
    # shellcheck disable=SC2016 # dpkg-query's own format variables
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
        sed -n 's/^installed //p')
    for package; do
        printf '%s\n' "$installed" | grep -qxF "$package" || printf '%s ' "$package"
    done
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

# apt_get LOG ARGUMENT...: quiet; what it says is in LOG.
apt_get() {
    log=$1
    shift
    as_root apt-get -o DPkg::Lock::Timeout=300 "$@" >>"$log" 2>&1 </dev/null
}

# install_packages LOG PACKAGE...: fails without a word; the caller knows what that means.
install_packages() {
    echo "zs: installing $(shift && echo "$*")" >&2
    log=$1
    shift
    apt_get "$log" install -y --no-install-recommends "$@"
}

install_dependencies() {
    command -v dpkg-query >/dev/null || {
        echo "zs: not a Debian system: make sure that what $packages lists is there" >&2
        return
    }
    # shellcheck disable=SC2046 # one word a package
    needed=$(missing $(sed -n 's/^\([a-z][^ ]*\).*/\1/p' "$packages"))
    # shellcheck disable=SC2046
    optional=$([ "${ZS_NO_MLIR:-0}" = 1 ] || missing $(sed -n 's/^?\([^ ]*\).*/\1/p' "$packages"))
    [ -n "$needed$optional" ] || return 0

    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        [ -n "$needed" ] || return 0
        echo "zs: packages are missing, and there is neither root nor sudo. As root, run" >&2
        echo "  apt-get update && apt-get install -y --no-install-recommends $needed$optional" >&2
        exit 2
    fi
    mkdir -p "$root/build"
    log=$root/build/install.log
    : >"$log"
    apt_get "$log" update || echo "zs: apt-get update failed; trying with what is known" >&2
    # shellcheck disable=SC2086 # one word a package
    if [ -n "$needed" ] && ! install_packages "$log" $needed; then
        tail -n 20 "$log" >&2
        echo "zs: could not install: $needed(whole log: $log)" >&2
        exit 1
    fi
    install_mlir "$log" "$optional"
}

# install_mlir LOG "PACKAGE...": a failure is remembered for a day, as it is no error.
install_mlir() {
    given_up=$root/build/mlir-not-installable
    [ -n "$2" ] && [ -z "$(find "$given_up" -mtime -1 2>/dev/null)" ] || return 0
    # shellcheck disable=SC2086
    if ! install_packages "$1" $2; then
        touch "$given_up"
        echo "zs: MLIR 22 cannot be installed here (see $1); going on with mlir-out/" >&2
    fi
}

for argument; do
    [ "$argument" != --without-mlir ] || export ZS_NO_MLIR=1
done

case ${1-help} in
help | -h | --help)
    exec cat "$root/explore/zerostage/usage.txt"
    ;;
build | check | compile | demo | params | run | test)
    install_dependencies
    ;;
*) # compare needs no build; anything else is for the command line parser to complain about
    [ -x "$python" ] || install_dependencies
    ;;
esac

PYTHONPATH=$root/explore:$root exec "$python" -m zerostage "$@"
