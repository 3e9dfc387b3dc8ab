#!/bin/sh
# Zerostage's one entry: installs what is missing, then hands over to explore/zerostage.
set -eu

root=$(dirname "$(readlink -f "$0")")
packages=$root/cmake/debian-packages.txt
log=$root/build/install.log
given_up=$root/build/mlir-not-installable
python=/usr/bin/python3 # Debian's: another python3 on PATH lacks Debian's modules

# Prints those of the named packages that are not installed, on one line.
missing() {
    # shellcheck disable=SC2016 # dpkg-query's own format variables
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package} ' "$@" 2>/dev/null || true)
    for package; do
        case " $installed" in
        *" installed $package "*) ;;
        *) printf '%s ' "$package" ;;
        esac
    done
}

# Packages of the list whose lines match a sed pattern for the part before the name.
listed() {
    sed -n "s/^$1\([a-z][^ ]*\).*/\1/p" "$packages"
}

# Packages that only some commands need: "@GROUP package" in the list.
wanted_for() {
    case $1 in
    experiment) groups="sweep" ;;
    results) groups="table" ;;
    search) groups="sweep table search" ;;
    bench) groups="sweep" ;;
    worker) groups="cluster" ;;
    sweep) groups="sweep table" ;;
    test) groups="sweep table search cluster test" ;;
    *) groups="" ;;
    esac
    case " $* " in
    *" --scheduler"*) groups="$groups cluster" ;;
    esac
    for group in $groups; do
        listed "@$group "
    done
}

missing_optional() {
    if [ "${ZS_NO_MLIR:-0}" = 1 ] || [ -n "$(find "$given_up" -mtime -1 2>/dev/null)" ]; then
        return
    fi
    # shellcheck disable=SC2046 # one word a package
    missing $(listed '?')
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

apt_get() {
    as_root apt-get -o DPkg::Lock::Timeout=300 "$@" >>"$log" 2>&1 </dev/null
}

install_dependencies() {
    command -v dpkg-query >/dev/null || {
        echo "zs: not a Debian system: make sure that what $packages lists is there" >&2
        return
    }
    # shellcheck disable=SC2046 # one word a package
    needed=$(missing $(listed '') $(wanted_for "$@"))
    optional=$(missing_optional)
    [ -n "$needed$optional" ] || return 0
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        [ -n "$needed" ] || return 0
        echo "zs: packages are missing, and there is neither root nor sudo. As root, run" >&2
        echo "  apt-get update && apt-get install -y --no-install-recommends $needed$optional" >&2
        exit 2
    fi
    mkdir -p "$root/build"
    : >"$log"
    apt_get update || echo "zs: apt-get update failed; trying with what is known" >&2
    # shellcheck disable=SC2086 # one word a package
    install_needed $needed
    # shellcheck disable=SC2086
    install_optional $optional
}

install_needed() {
    [ $# -gt 0 ] || return 0
    echo "zs: installing $*" >&2
    apt_get install -y --no-install-recommends "$@" || {
        tail -n 20 "$log" >&2
        echo "zs: could not install these: $* (whole log: $log)" >&2
        exit 1
    }
}

# A failure is no error, and is remembered for a day.
install_optional() {
    [ $# -gt 0 ] || return 0
    echo "zs: installing $*" >&2
    apt_get install -y --no-install-recommends "$@" || {
        touch "$given_up"
        echo "zs: MLIR 22 cannot be installed here (see $log); going on with mlir-out/" >&2
    }
}

for argument; do
    [ "$argument" != --without-mlir ] || export ZS_NO_MLIR=1
done

case ${1-help} in
help | -h | --help)
    exec cat "$root/explore/zerostage/usage.txt"
    ;;
bench | build | check | compare | compile | demo | experiment | params | results | run | search | \
    sweep | test | validate | why | worker)
    install_dependencies "$@"
    ;;
*) # unknown: the command line parser knows the nearest name
    [ -x "$python" ] || install_dependencies "$@"
    ;;
esac

PYTHONPATH=$root/explore:$root exec "$python" -m zerostage "$@"
