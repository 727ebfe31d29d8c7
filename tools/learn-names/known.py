#!/usr/bin/env python3
"""Makes src/names/known.inc: pairs of words that are one name though their letters do not tell.

  known.py DATA UNLIKE [OUT]      DATA: tokens/name_classes.txt.gz (spellings of one name on a line) and tokens/*_train.tsv.gz;
                                  UNLIKE: the program made of unlike.c

same_names.txt beside this adds what the languages of the region make of one name, and short forms.

Only hashes of pairs come out. What the letters tell well is left out, and so are short words of one script that hardly sound
alike (one syllable of a Chinese name is read in many ways: it would be everybody's).
"""
import collections, os, re, subprocess, sys

from tables import fold, put_lines, rows, script, words_of_pairs

TELLS = .75      # what letters must not reach
SOUNDS = .45     # of one script, and of pairs that were seen once or twice: what the sound must reach
OFTEN, SHORT, FORMS, BITS = 3, 4, 40, 14


def of_classes(data):
    for line in rows(f'{data}/tokens/name_classes.txt.gz'):
        forms = {fold(f.strip()) for f in line.split(' => ')[0].split(',')}
        forms = sorted(f for f in forms if re.fullmatch(r'\w+', f) and 1 < len(f) < 20 and {script(c) for c in f} in ({'A'}, {'C'}, {'L'}))
        for i, a in enumerate(forms[:FORMS]):
            yield from ((b, a) for b in forms[:i])


def of_facts():
    with open(os.path.join(os.path.dirname(__file__), 'same_names.txt'), encoding='utf-8') as f:
        for line in f:
            forms = sorted({fold(w) for w in line.split()}) if line[0] != '#' else []
            yield from ((a, b) for i, b in enumerate(forms) for a in forms[:i])


def candidates(data, facts):
    """pair -> (it is of a class of names, how often it was seen)"""
    seen = collections.Counter()
    for x, y, n in words_of_pairs(data):
        if 1 < len(x) < 20 and 1 < len(y) < 20 and {script(c) for c in x} in ({'A'}, {'C'}):
            seen[tuple(sorted((x, y)))] += n
    classes = set(of_classes(data))
    return {p: (p in classes, seen[p]) for p in classes | set(seen) | facts}


def wanted(pair, named, often, _, sound):
    a, b = pair
    if script(a) == script(b) == 'L':
        return min(len(a), len(b)) >= SHORT and sound >= SOUNDS
    return named or often >= OFTEN or sound >= SOUNDS


def hash_of(word):
    h = 0x811c9dc5
    for c in word:
        h = (h ^ ord(c)) * 0x01000193 % 2**32
    return h ^ h >> 15


def hash_of_pair(a, b):
    x, y = hash_of(a), hash_of(b)
    return ((x ^ y) * 0x9e3779b1 + x + y) % 2**32


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    facts = set(of_facts())
    found = candidates(sys.argv[1], facts)
    order = sorted(found)
    lines = subprocess.run([sys.argv[2]], input=''.join(f'{a}\t{b}\n' for a, b in order), check=True, capture_output=True, text=True).stdout
    told = {p: [float(v) for v in line.split('\t')] for p, line in zip(order, lines.splitlines())}
    kept = [p for p in order if told[p][0] < TELLS if p in facts or wanted(p, *found[p], *told[p])]
    hashes = sorted({hash_of_pair(a, b) for a, b in kept})
    first = [0] * (2**BITS + 1)
    for h in hashes:
        first[(h >> (32 - BITS)) + 1] += 1
    for i in range(2**BITS):
        first[i + 1] += first[i]
    out = sys.argv[3] if len(sys.argv) == 4 else os.path.join(os.path.dirname(__file__), '../../src/names/known.inc')
    with open(out, 'w') as f:
        f.write('/* Made by tools/learn-names/known.py: hashes of pairs of words that are one name; where those of each beginning stand. */\n'
                f'enum {{ KNOWN_BITS = {BITS} }};\n')
        put_lines(f, 'static const uint32_t known[] = {\n', [f'0x{h:08x},' for h in hashes], 8)
        put_lines(f, '\nstatic const uint32_t known_first[] = {\n', [f'{n},' for n in first], 12)


if __name__ == '__main__':
    main()
