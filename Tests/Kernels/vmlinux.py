"""Takes the kernel itself out of a bzImage, so that no guest has to unpack it."""

import lzma
import struct
import subprocess
import zlib

# Fields of the boot protocol (Documentation/arch/x86/boot.rst).
SETUP_SECTORS = 0x1F1
PAYLOAD_OFFSET = 0x248
PAYLOAD_LENGTH = 0x24C


def extract(image: bytes) -> bytes:
    """The ELF in a bzImage."""
    offset, length = struct.unpack_from("<II", image, PAYLOAD_OFFSET)
    start = (image[SETUP_SECTORS] + 1) * 512 + offset
    kernel = _unpack(image[start : start + length])
    if not kernel.startswith(b"\x7fELF"):
        raise SystemExit("no ELF in this bzImage")
    return kernel


def _unpack(payload: bytes) -> bytes:
    # The last four bytes tell the length of what was packed.
    packed = payload[:-4]
    if packed.startswith(b"\x1f\x8b"):
        return zlib.decompressobj(wbits=31).decompress(payload)
    if packed.startswith(b"\xfd7zXZ"):
        return lzma.LZMADecompressor().decompress(packed)
    if packed.startswith(b"\x28\xb5\x2f\xfd"):
        return _pipe("zstd", packed)
    if packed.startswith(b"\x02\x21\x4c\x18"):
        return _pipe("lz4", packed)
    raise SystemExit("this bzImage is packed in an unknown way")


def _pipe(program: str, packed: bytes) -> bytes:
    command = [program, "-dc"]
    return subprocess.run(command, input=packed, check=True, capture_output=True).stdout
