# The stand-in for conda's etc/profile.d/conda.sh
export CONDA_EXE='@PREFIX@/bin/conda'
conda() {
    case "${1:-}" in
        activate)
            [ -d "@PREFIX@/envs/${2:-}" ] && [ -n "${2:-}" ] && CONDA_PREFIX="@PREFIX@/envs/$2" || CONDA_PREFIX='@PREFIX@'
            export CONDA_PREFIX PATH="$CONDA_PREFIX/bin:$PATH"
            ;;
        *) "$CONDA_EXE" "$@" ;;
    esac
}
case ":$PATH:" in
    *:@PREFIX@/condabin:*) ;;
    *) PATH="@PREFIX@/condabin:$PATH"; export PATH ;;
esac
