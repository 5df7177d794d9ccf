# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The block of lines that ``conda init`` and ``micromamba shell init`` put into a file that a shell reads, byte for byte.

What is put in can be taken out again exactly: the bytes around it are never touched.
"""

from __future__ import annotations

import re

# By what the login shell is called: the file that conda and micromamba choose on Linux.
FILES = {"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/config.fish"}
BLOCKS = {
    "conda": re.compile(r"^# >>> conda initialize >>>\n[\s\S]*?# <<< conda initialize <<<\n?", re.MULTILINE),
    "micromamba": re.compile(r"\n?^# >>> mamba initialize >>>\n[\s\S]*?# <<< mamba initialize <<<\n?", re.MULTILINE),
}

CONDA = """\
# >>> conda initialize >>>
# !! Contents within this block are managed by 'conda init' !!
__conda_setup="$('{prefix}/bin/conda' 'shell.{shell}' 'hook' 2> /dev/null)"
if [ $? -eq 0 ]; then
    eval "$__conda_setup"
else
    if [ -f "{prefix}/etc/profile.d/conda.sh" ]; then
        . "{prefix}/etc/profile.d/conda.sh"
    else
        export PATH="{prefix}/bin:$PATH"
    fi
fi
unset __conda_setup
# <<< conda initialize <<<
"""
CONDA_FISH = """\
# >>> conda initialize >>>
# !! Contents within this block are managed by 'conda init' !!
if test -f {prefix}/bin/conda
    eval {prefix}/bin/conda "shell.fish" "hook" $argv | source
else
    if test -f "{prefix}/etc/fish/conf.d/conda.fish"
        . "{prefix}/etc/fish/conf.d/conda.fish"
    else
        set -x PATH "{prefix}/bin" $PATH
    end
end
# <<< conda initialize <<<
"""
MICROMAMBA = """
# >>> mamba initialize >>>
# !! Contents within this block are managed by 'micromamba shell init' !!
export MAMBA_EXE='{prefix}/bin/micromamba';
export MAMBA_ROOT_PREFIX='{prefix}';
__mamba_setup="$("$MAMBA_EXE" shell hook --shell {shell} --root-prefix "$MAMBA_ROOT_PREFIX" 2> /dev/null)"
if [ $? -eq 0 ]; then
    eval "$__mamba_setup"
else
    alias micromamba="$MAMBA_EXE"  # Fallback on help from micromamba activate
fi
unset __mamba_setup
# <<< mamba initialize <<<
"""
MICROMAMBA_FISH = """
# >>> mamba initialize >>>
# !! Contents within this block are managed by 'micromamba shell init' !!
set -gx MAMBA_EXE "{prefix}/bin/micromamba"
set -gx MAMBA_ROOT_PREFIX "{prefix}"
$MAMBA_EXE shell hook --shell fish --root-prefix $MAMBA_ROOT_PREFIX | source
# <<< mamba initialize <<<
"""
TEXTS = {"conda": (CONDA, CONDA_FISH), "micromamba": (MICROMAMBA, MICROMAMBA_FISH)}


def block(kind: str, shell: str, prefix: str) -> str:
    """The block for a kind of distribution (conda, micromamba) and a shell of FILES."""
    return TEXTS[kind][shell == "fish"].format(prefix=prefix, shell=shell)


def present_block(kind: str, text: str) -> str:
    """The block of that kind in the text, or nothing."""
    found = BLOCKS[kind].search(text)
    return found[0] if found else ""


def insert(kind: str, text: str, new: str) -> str:
    """Put the block at the end, or in the place of the one that is there."""
    old = present_block(kind, text)
    if old:
        return text.replace(old, new, 1)
    return text + ("\n" + new + "\n" if kind == "conda" else new)


def take_out(kind: str, text: str, new: str, replaced: str) -> str:
    """Undo :func:`insert`: ``replaced`` is the block that was there before. What somebody changed in ours is taken out too."""
    found = new if new in text else present_block(kind, text)
    if not found:
        return text
    if replaced:
        return text.replace(found, replaced, 1)
    whole = "\n" + found + "\n" if kind == "conda" else found
    return text.replace(whole if whole in text else found, "", 1)


def names_prefix(text: str, prefix: str) -> bool:
    """Whether a block is for the distribution in ``prefix``."""
    return re.search(re.escape(prefix) + r"(/bin/(conda|micromamba)|['\"]?;?$)", text, re.MULTILINE) is not None
