#!/bin/sh
# Makes .venv with the project in it, and sees to the system libraries that Qt needs.
#
#   scripts/bootstrap.sh gui    what the program needs
#   scripts/bootstrap.sh dev    that, and what the tests and the lint step need
#
# Quick and silent when nothing has changed. PYTHON=/path/to/python3 chooses the interpreter.
set -eu
cd "$(dirname "$0")/.."
profile=$1

say() { printf '%s\n' "$*" >&2; }

# Any of the interpreters the project supports, the system's own first.
find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
            2>/dev/null; then
            printf '%s' "$candidate"
            return
        fi
    done
    say "No Python 3.11, 3.12 or 3.13 found: install one, or name it: make PYTHON=/path/to/python3"
    return 1
}

# The Debian packages that this machine lacks, told by the files they bring.
missing_packages() {
    if [ ! -x .venv/bin/python ] && ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        echo python3-venv
    fi
    present=$(PATH="$PATH:/sbin" ldconfig -p)
    while read -r library package; do
        case $present in
            *"$library "*) ;;
            *) echo "$package" ;;
        esac
    done <<LIBRARIES
libglib-2.0.so.0 libglib2.0-0
libGL.so.1 libgl1
libEGL.so.1 libegl1
libxkbcommon.so.0 libxkbcommon0
libfontconfig.so.1 libfontconfig1
libdbus-1.so.3 libdbus-1-3
libxcb-cursor.so.0 libxcb-cursor0
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-shape.so.0 libxcb-shape0
LIBRARIES
    if [ "$profile" = dev ]; then
        missing_programs
    fi
}

# What the tests on a real display need; without them they are skipped.
missing_programs() {
    while read -r program package; do
        command -v "$program" >/dev/null || echo "$package"
    done <<PROGRAMS
Xvfb xvfb
openbox openbox
xdotool xdotool
PROGRAMS
}

install_packages() {
    command="apt-get install -y --no-install-recommends $*"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "Installing system packages: $*"
        export DEBIAN_FRONTEND=noninteractive
        # shellcheck disable=SC2086 # the command is meant to be split into words
        if apt-get update -qq && $command -qq >/dev/null; then
            return
        fi
    fi
    say "This machine lacks system packages that the window needs. As root, run:"
    say "    apt-get update && $command"
}

make_environment() {
    if .venv/bin/python -m pip --version >/dev/null 2>&1; then
        return
    fi
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        say "Python cannot make a virtual environment here: install python3-venv, then try again."
        return 1
    fi
    say "Making .venv with $("$python" --version)"
    "$python" -m venv .venv
}

# The stamp is a copy of the pyproject.toml that was installed; "dev" holds all of "gui".
is_installed() {
    cmp -s pyproject.toml .venv/installed-dev.toml ||
        cmp -s pyproject.toml ".venv/installed-$profile.toml"
}

install_project() {
    say "Installing ifcbgui with its Python packages into .venv (some minutes the first time)"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable ".[$profile]"
    cp pyproject.toml ".venv/installed-$profile.toml"
}

python=$(find_python)
packages=$(missing_packages)
# shellcheck disable=SC2086 # a list of words
[ -z "$packages" ] || install_packages $packages
make_environment
is_installed || install_project
