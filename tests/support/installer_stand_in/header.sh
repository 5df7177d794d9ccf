#!/bin/sh
#
# A stand-in installer of benchwright's tests, which behaves as constructor's installers do
#
# NAME:  @NAME@
# VER:   @VERSION@
# PLAT:  @PLATFORM@
# MD5:   @MD5@

set -eu
unset LD_LIBRARY_PATH LD_PRELOAD LD_AUDIT

fail() {
    printf "%s\n" "$1" >&2
    exit "${2:-1}"
}

case "$0" in
    *.sh) ;;
    *) fail 'Please run using "bash"/"dash"/"sh"/"zsh", but not "." or "source".' ;;
esac

glibc=${CONDA_OVERRIDE_GLIBC:-$(ldd --version | awk 'NR==1{print $NF}')}
if [ "$(printf '%s\n%s\n' 2.17 "$glibc" | sort -V | head -n 1)" != 2.17 ]; then
    echo "Installer requires GLIBC >=2.17, but system has $glibc."
    exit 1
fi

unset CONDARC MAMBARC
THIS_PATH="$(cd "$(dirname "$0")"; pwd)/$(basename "$0")"
PREFIX="${HOME:-/opt}/@DEFAULT@"
BATCH=0 FORCE=0 KEEP_PKGS=@KEEP_PKGS@ SKIP_SCRIPTS=0 INIT_CONDA=0 TEST=0
usage() {
    cat <<EOF

usage: $0 [options]

Installs @NAME@ @VERSION@
-b           run install in batch mode (without manual intervention),
             it is expected the license terms (if any) are agreed upon
-f           no error if install prefix already exists
-h           print this help message and exit
-k           do not clear the package cache after installation
-p PREFIX    install prefix, defaults to $PREFIX, must not contain spaces.
-s           skip running pre/post-link/install scripts
-m           disable the creation of menu items / shortcuts
-u           update an existing installation
-t           run package tests after installation (may install conda-build)
-c           run 'conda init' after installation (only applies to batch mode)

EOF
}
while getopts "bifhkp:smutc" option; do
    case "$option" in
        h) usage; exit 2 ;;
        b) BATCH=1 ;;
        i) BATCH=0 ;;
        f | u) FORCE=1 ;;
        k) KEEP_PKGS=1 ;;
        p) PREFIX="$OPTARG" ;;
        s) SKIP_SCRIPTS=1 ;;
        m) ;;
        t) TEST=1 ;;
        c) INIT_CONDA=1 ;;
        ?)
            printf "ERROR: did not recognize option '%s', please try -h\n" "$option"
            exit 1
            ;;
    esac
done
CLEAR_AFTER_TEST=0
if [ "$TEST" = 1 ] && [ "$KEEP_PKGS" = 0 ]; then
    CLEAR_AFTER_TEST=1
    KEEP_PKGS=1
fi

if [ "$BATCH" = 0 ]; then
    printf "\nWelcome to %s %s\n\n" "@NAME@" "@VERSION@"
    printf "Please, press ENTER to continue\n>>> "
    read -r answer
    printf "Do you accept the license terms? [yes|no]\n>>> "
    read -r answer
    while [ "$answer" != yes ] && [ "$answer" != no ]; do
        printf "Please answer 'yes' or 'no':\n>>> "
        read -r answer
    done
    if [ "$answer" != yes ]; then
        printf "The license agreement wasn't approved, aborting installation.\n"
        exit 2
    fi
    printf "\n%s will now be installed into this location:\n%s\n\n[%s] >>> " "@NAME@" "$PREFIX" "$PREFIX"
    read -r answer
    [ -z "$answer" ] || PREFIX="$answer"
fi

case "$PREFIX" in
    *\ *) fail "ERROR: Cannot install into directories with spaces" ;;
esac
if [ "$FORCE" = 0 ] && [ -e "$PREFIX" ]; then
    printf "ERROR: File or directory already exists: '%s'\n" "$PREFIX" >&2
    fail "If you want to update an existing installation, use the -u option."
fi

total_installation_size_kb="@SIZE_KB@"
if ! mkdir -p "$PREFIX"; then
    printf "ERROR: Could not create directory: '%s'.\n" "$PREFIX" >&2
    fail "Check permissions and available disk space ($((total_installation_size_kb / 1024)) MB needed)."
fi
free_kb="$(($(df -Pk "$PREFIX" | tail -n 1 | awk '{print $4}') - 50 * 1024))"
if [ "$free_kb" -lt "$total_installation_size_kb" ]; then
    fail "ERROR: Not enough free disk space. Only $((free_kb / 1024)) MB are available, but $((total_installation_size_kb / 1024)) MB are required (leaving a 50 MB buffer)."
fi
PREFIX=$(cd "$PREFIX"; pwd | sed 's@//@/@')
export PREFIX
printf "PREFIX=%s\n" "$PREFIX"

begin=$(($(grep -anm 1 '^@@END_HEADER@@' "$THIS_PATH" | sed 's/:.*//') + 1))
payload() {
    tail -n "+$begin" "$THIS_PATH"
}
got=$(payload | md5sum -)
case "$got" in
    @MD5@*) ;;
    *)
        printf "WARNING: md5sum mismatch of tar archive\nexpected: @MD5@\n     got: %s\n" "$got" >&2
        ;;
esac

cd "$PREFIX"
printf "Unpacking bootstrapper...\n"
payload | head -c @BOOTSTRAPPER@ > "$PREFIX/_conda"
chmod +x "$PREFIX/_conda"
TMP_BACKUP="${TMP:-}"
export TMP="$PREFIX/install_tmp"
mkdir -p "$TMP"
if [ "$(id -u)" -ne 0 ]; then
    touch "$PREFIX/.nonadmin"
fi
printf "Unpacking payload...\n"
payload | tail -c +@PACKAGES_FROM@ | "$PREFIX/_conda" constructor --extract-tarball --prefix "$PREFIX"
"$PREFIX/_conda" constructor --prefix "$PREFIX" --extract-tarball < "$PREFIX/preconda.tar.bz2" || exit 1
rm -f "$PREFIX/preconda.tar.bz2"
"$PREFIX/_conda" constructor --prefix "$PREFIX" --extract-conda-pkgs || exit 1
touch "$PREFIX/.messages.txt"
test -d ~/.conda || mkdir -p ~/.conda >/dev/null 2>/dev/null || test -d ~/.conda || mkdir ~/.conda
printf "\nInstalling base environment...\n\n"
"$PREFIX/_conda" install --offline --file "$PREFIX/conda-meta/initial-state.explicit.txt" -yp "$PREFIX" || exit 1
mkdir -p "$PREFIX/envs"
"$PREFIX/_conda" constructor --prefix "$PREFIX" --extract-tarball < "$PREFIX/postconda.tar.bz2" || exit 1
rm -f "$PREFIX/postconda.tar.bz2"
rm -rf "$PREFIX/install_tmp"
export TMP="$TMP_BACKUP"
if [ "$SKIP_SCRIPTS" = 1 ]; then
    printf "WARNING: skipping post_install.sh by user request\n" >&2
fi
rm -f "$PREFIX/.messages.txt"
if [ "$KEEP_PKGS" = 0 ]; then
    rm -rf "$PREFIX"/pkgs
else
    find "$PREFIX/pkgs" -type d -empty -exec rmdir {} \; 2>/dev/null || :
fi
printf "installation finished.\n"
if [ -n "${PYTHONPATH:-}" ]; then
    printf "WARNING:\n    You currently have a PYTHONPATH environment variable set. This may cause\n"
    printf "    unexpected behavior when running the Python interpreter in %s.\n" "@NAME@"
fi

init() {
    case ${SHELL:-} in
        *zsh) "$PREFIX/bin/conda" init zsh ;;
        *) "$PREFIX/bin/conda" init ;;
    esac
}
if [ "$BATCH" = 0 ]; then
    printf "Do you wish to update your shell profile to automatically initialize conda?\n[no] >>> "
    read -r answer
    [ "$answer" != yes ] || init
    printf "Thank you for installing %s!\n" "@NAME@"
elif [ "$INIT_CONDA" = 1 ]; then
    printf "Initializing '%s' with 'conda init'...\n" "$PREFIX"
    init
fi
if [ "$TEST" = 1 ]; then
    printf "INFO: Running package tests in a subshell\n"
    [ "$CLEAR_AFTER_TEST" = 0 ] || rm -rf "$PREFIX/pkgs"
    fail "ERROR: 1 test failed"
fi
exit 0
@@END_HEADER@@
