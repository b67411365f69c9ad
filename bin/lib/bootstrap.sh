# shellcheck shell=sh
# What bin/demo, bin/manage and bin/test share before Python can take over: uv at its pinned
# version, then the locked dependencies in .venv. POSIX sh, to be read with `.`.
#
# The caller opens file descriptor 3 for progress lines and sets ROOT.

STARTED=${MARIANNE_STARTED:-$(date +%s)}
TOOLS=$ROOT/var/outils
UV=$TOOLS/bin/uv
UV_PYTHON_DOWNLOADS=never
PYTHONPATH=$ROOT/bin/lib
MARIANNE_STARTED=$STARTED
unset UV_PROJECT_ENVIRONMENT VIRTUAL_ENV
export UV_PYTHON_DOWNLOADS PYTHONPATH MARIANNE_STARTED

say() { printf '[%3d s] %s\n' "$(($(date +%s) - STARTED))" "$*" >&3; }

refuse() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Runs a command in silence; when it fails, says why in one line if the cause is known.
quietly() {
    log=$ROOT/var/preparation.log
    "$@" >"$log" 2>&1 && return 0
    if grep -qi 'no space left' "$log"; then
        refuse "Plus de place sur le disque : libérez environ 600 Mo dans $ROOT puis relancez."
    fi
    tail -n 15 "$log" >&2
    refuse "Échec de « $* » ; le journal complet est dans $log."
}

find_python() {
    for PYTHON in python3 python3.14 python3.13 python3.12 python3.11; do
        "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return 0
    done
    refuse "Il faut Python 3.11 ou plus récent : installez-le (Debian 12, Ubuntu 24.04 : apt install python3 python3-venv)."
}

# Debian ships python3 without the module that fills a new virtual environment.
ensure_venv_module() {
    "$PYTHON" -c 'import ensurepip' 2>/dev/null && return 0
    [ "$(id -u)" -eq 0 ] || refuse "Il manque python3-venv : demandez « apt install python3-venv » à l'administrateur, puis relancez."
    command -v apt-get >/dev/null || refuse "Il manque le module venv de Python : installez-le, puis relancez."
    say "Installation de python3-venv…"
    quietly apt-get update
    quietly env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-venv
}

# pip runs from the wheel that Python carries: filling an environment with it takes seconds.
find_pip_wheel() {
    "$PYTHON" - <<'FIND'
import ensurepip, glob, os
places = ("/usr/share/python-wheels", os.path.join(os.path.dirname(ensurepip.__file__), "_bundled"))
print(*[wheel for place in places for wheel in glob.glob(place + "/pip-*.whl")][:1])
FIND
}

ensure_uv() {
    wanted=$(sed -n 's/^uv==\([^ ]*\).*/\1/p' "$ROOT/bin/lib/uv.txt")
    [ "$("$UV" --version 2>/dev/null | cut -d' ' -f2)" = "$wanted" ] && return 0
    find_python
    ensure_venv_module
    say "Installation de l'outil uv ${wanted}…"
    rm -rf "$TOOLS"
    pip=$(find_pip_wheel)
    if [ -n "$pip" ]; then
        quietly "$PYTHON" -m venv --without-pip "$TOOLS"
        set -- "$pip/pip"
    else
        quietly "$PYTHON" -m venv "$TOOLS"
        set -- -m pip
    fi
    quietly "$TOOLS/bin/python" "$@" install --disable-pip-version-check --no-compile \
        --require-hashes --only-binary=:all: -r "$ROOT/bin/lib/uv.txt"
}

# ensure_dependencies uv-sync-options…: silent when the environment is already right. An
# installation cut short (full disk, kill) leaves files that uv takes for whole: all are redone.
ensure_dependencies() {
    unfinished=$ROOT/var/installation.inachevee
    if [ -e "$unfinished" ]; then
        set -- --reinstall "$@"
    else
        "$UV" sync --project "$ROOT" --frozen --check "$@" >/dev/null 2>&1 && return 0
    fi
    say "Installation des bibliothèques…"
    : >"$unfinished"
    quietly "$UV" sync --project "$ROOT" --frozen "$@"
    rm "$unfinished"
}

# Two first runs in one checkout must not fill the same .venv together.
one_at_a_time() {
    exec 9>"$ROOT/var/preparation.lock"
    if command -v flock >/dev/null; then flock 9; fi
}

prepare() {
    mkdir -p "$ROOT/var" 2>/dev/null || refuse "Impossible d'écrire dans $ROOT : placez le dossier là où vous pouvez écrire."
    one_at_a_time
    if [ ! -w "${HOME:-/nonexistent}" ] && [ -z "${UV_CACHE_DIR-}" ]; then
        UV_CACHE_DIR=$ROOT/var/cache-uv
        export UV_CACHE_DIR
    fi
    ensure_uv
    ensure_dependencies "$@"
    exec 9>&-
    PATH=$ROOT/.venv/bin:$PATH
    export PATH
}
