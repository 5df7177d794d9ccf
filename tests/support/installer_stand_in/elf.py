"""A program for Linux that is a shell script: an ELF file whose few instructions are execve("/bin/sh", "-c", SCRIPT, ...)."""

from __future__ import annotations

import struct

MACHINES = {"x86_64": 62, "aarch64": 183, "ppc64le": 21}
BASE = 0x400000
HEADERS = 64 + 56


def program(script: str, machine: str) -> bytes:
    """The file. It runs on x86_64; of another machine it has no more than the header."""
    texts = [b"/bin/sh\0", b"-c\0", script.encode() + b"\0"]
    shell, option, text = 0, len(texts[0]), len(texts[0]) + len(texts[1])
    # The array for execve is what is on the stack: argc's place takes the script, and two words are put before it.
    parts = [
        (b"\x4c\x8b\x04\x24", None),  # mov r8, [rsp]
        (b"\x4a\x8d\x54\xc4\x10", None),  # lea rdx, [rsp + r8 * 8 + 16]
        (b"\x48\x8d\x05", text),  # lea rax, SCRIPT
        (b"\x48\x89\x04\x24", None),  # mov [rsp], rax
        (b"\x48\x8d\x05", option),  # lea rax, "-c"
        (b"\x50", None),  # push rax
        (b"\x48\x8d\x3d", shell),  # lea rdi, "/bin/sh"
        (b"\x57", None),  # push rdi
        (b"\x48\x89\xe6", None),  # mov rsi, rsp
        (b"\xb8\x3b\x00\x00\x00", None),  # mov eax, 59
        (b"\x0f\x05", None),  # syscall
    ]
    length = sum(len(code) + 4 * (place is not None) for code, place in parts)
    code = b""
    for instruction, place in parts:
        code += instruction
        if place is not None:
            code += struct.pack("<i", length + place - len(code) - 4)
    body = code + b"".join(texts)
    size = HEADERS + len(body)
    ident = b"\x7fELF\x02\x01\x01" + bytes(9)
    entry = BASE + HEADERS
    header = struct.pack("<16sHHIQQQIHHHHHH", ident, 2, MACHINES[machine], 1, entry, 64, 0, 0, 64, 56, 1, 64, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 7, 0, BASE, BASE, size, size, 0x1000)
    return header + segment + body
