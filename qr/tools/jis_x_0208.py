"""Writes src/jis_x_0208.bin, the table behind kanji mode, from Python's own `shift_jis` codec.

    python3 qr/tools/jis_x_0208.py

The table never changes (the standard's edition is of 1997); the script is kept to show where it comes from. Its form,
made to be small after compression (8.8 KB with brotli) and to be read in a few lines:

- one byte for each cell of rows 1 to 8 and 16 to 84, in order: 0 to 240 is the distance to the character before in
  code points (0, -1, 1, -2, 2, ...), 254 an empty cell, 255 a far one;
- then the high bytes of all far characters' code points, then their low bytes.
"""

from pathlib import Path

NEAR = 120
EMPTY, FAR = 254, 255
ROWS = [*range(1, 9), *range(16, 85)]


def character(row: int, cell: int) -> str | None:
    """The character in a row and cell (1 to 94), by way of its Shift JIS bytes."""
    lead = (row - 1) // 2 + (0x81 if row <= 62 else 0xC1)
    trail = cell + (0x9E if row % 2 == 0 else 0x3F if cell <= 63 else 0x40)
    try:
        return bytes([lead, trail]).decode("shift_jis")
    except UnicodeDecodeError:
        return None


def table() -> bytes:
    cells, high, low = bytearray(), bytearray(), bytearray()
    before = 0
    for row in ROWS:
        for cell in range(1, 95):
            found = character(row, cell)
            if found is None:
                cells.append(EMPTY)
                continue
            distance = ord(found) - before
            before = ord(found)
            if abs(distance) <= NEAR:
                cells.append(2 * distance if distance >= 0 else -2 * distance - 1)
            else:
                cells.append(FAR)
                high.append(before >> 8)
                low.append(before & 0xFF)
    return bytes(cells + high + low)


if __name__ == "__main__":
    path = Path(__file__).parent.parent / "src" / "jis_x_0208.bin"
    path.write_bytes(table())
    print(f"{path.name}: {path.stat().st_size} bytes")
