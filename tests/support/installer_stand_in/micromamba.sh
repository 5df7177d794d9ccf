# The stand-in for micromamba's one program: answers what the shell's hook and the role ask it.
case "${1:-}" in
    --version) echo "@VERSION@" ;;
    shell)
        root=${MAMBA_ROOT_PREFIX:-}
        shift
        while [ $# -gt 0 ]; do
            [ "$1" != --root-prefix ] || root=$2
            shift
        done
        printf 'micromamba() {\n    case "${1:-}" in\n'
        printf '        activate) export CONDA_PREFIX="%s/envs/${2:-}" PATH="%s/envs/${2:-}/bin:$PATH" ;;\n' "$root" "$root"
        printf '        *) "$MAMBA_EXE" "$@" ;;\n    esac\n}\n'
        ;;
    info) printf '{"base environment": "%s", "micromamba version": "@VERSION@"}\n' "${MAMBA_ROOT_PREFIX:-}" ;;
    *)
        echo "The following arguments were not expected: $*" >&2
        exit 109
        ;;
esac
