"""Plants an error: `plant.py FILE FROM TO` puts TO in the place of the first FROM, or writes TO if FROM is empty."""

import pathlib
import sys

path, before, after = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
text = path.read_text() if before else ""
if before not in text:
    sys.exit(f"{path} does not have what is to be replaced: {before}")
path.write_text(text.replace(before, after, 1) if before else after + "\n")
