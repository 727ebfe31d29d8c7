#!/usr/bin/env python3
"""Makes src/names/channel_rows.inc and common.inc from pairs of spellings.

  tables.py DATA ALIGN [SOURCE]

DATA holds tokens/*_train.tsv.gz (columns source, latin, native, count), tokens/name_classes.txt.gz (spellings of one
name on a line) and tables/romanisation.tsv (letters that the pairs are too few for); ALIGN is the program made of
align.c; SOURCE the folder to write into, src/names by default. Only weights of letters and hashes of words come out.
"""
import collections, gzip, math, os, re, subprocess, sys, tempfile, unicodedata

SPECIAL = {'ß': 'ss', 'æ': 'ae', 'œ': 'oe', 'ø': 'o', 'ł': 'l', 'đ': 'd', 'ð': 'd', 'þ': 'th', 'ı': 'i', 'ə': 'a', 'ŋ': 'n', 'ħ': 'h'}
DROPPED = "'‘’ʻʼʾʿ`´\u0640\u200c\u200d"
MISSED, MISSED_MORE = -4.5, -1.5  # as in channel.c
PIECES = {'A': 4, 'C': 4, 'L': 3}
RANGE = {'A': (0x600, 0x780), 'C': (0x400, 0x530), 'L': (0x61, 0x7b)}


def fold(text):
    out = []
    for c in unicodedata.normalize('NFKC', text).lower():
        if c in DROPPED or unicodedata.category(c) == 'Mn':
            continue
        if c in SPECIAL:
            out.append(SPECIAL[c])
        elif ord(c) < 0x250 or 0x1e00 <= ord(c) < 0x1f00:
            out.append(''.join(x for x in unicodedata.normalize('NFD', c) if unicodedata.category(x) != 'Mn'))
        else:
            out.append(c)
    return ''.join(out)


def script(word):
    return next((s for s, (a, b) in RANGE.items() if a <= ord(word[0]) < b), '?')


def rows(path):
    with gzip.open(path, 'rt', encoding='utf-8') as f:
        for line in f:
            yield line.rstrip('\n')


def words_of_pairs(data):
    """(native, latin, count) of the training pairs."""
    for name in ('arabic', 'russian'):
        for i, line in enumerate(rows(f'{data}/tokens/{name}_train.tsv.gz')):
            c = line.split('\t')
            x, y = re.sub(r'\W', '', fold(c[2])) if i else '', re.sub('[^a-z]', '', fold(c[1])) if i else ''
            if x and y:
                yield x, y, int(c[3]) if c[3].isdigit() else 1


def training(data):
    pairs = {s: set() for s in RANGE}
    for x, y, _ in words_of_pairs(data):
        if script(x) in 'AC' and len(x) < 20 and len(y) < 24:
            pairs[script(x)].add((x, y))
    for line in rows(f'{data}/tokens/name_classes.txt.gz'):
        forms = [fold(f.strip()) for f in line.split(' => ')[0].split(',')]
        forms = [f for f in forms if re.fullmatch(r'\w+', f) and len(f) < 20]
        latin = [f for f in forms if re.fullmatch('[a-z]+', f)][:6]
        for f in forms[:40]:
            if script(f) in 'AC':
                pairs[script(f)].update((f, y) for y in latin[:3])
        pairs['L'].update((a, b) for a in latin[:4] for b in latin[:4] if a != b)
    return pairs


def aligned(pairs, piece, align):
    """letter -> place -> piece -> probability, and the share of each piece over all letters."""
    table = collections.defaultdict(lambda: collections.defaultdict(dict))
    share = collections.Counter()
    with tempfile.NamedTemporaryFile('w', suffix='.tsv') as f:
        f.writelines(f'{x}\t{y}\n' for x, y in sorted(pairs))
        f.flush()
        out = subprocess.run([align, f.name, '8', str(piece)], check=True, capture_output=True, text=True).stdout
    for line in out.splitlines():
        letter, place, y, p, n = line.split('\t')
        table[chr(int(letter))][int(place)][y] = float(p)
        share[y] += float(p) * float(n)
    total = sum(share.values()) + 1000
    return table, {y: math.log((n + 1) / total) for y, n in share.items()}


def romanisation(data):
    """letter -> piece -> log probability, with a vowel that is not written behind it."""
    out = {}
    for line in open(f'{data}/tables/romanisation.tsv', encoding='utf-8'):
        c = line.rstrip('\n').split('\t')
        if line[0] == '#' or c[0] == 'code':
            continue
        pieces = {'' if v == '-' else v: math.log(p) for v, p in ((c[3], .7), (c[4], .25)) if v}
        out[c[1]] = {**{y + v: p - 2.5 for y, p in pieces.items() for v in 'aeiou'}, **pieces}
    return out


def hundredths(x):
    return max(-3000, min(3000, round(100 * x)))


def units(data, align):
    """(script, letter, place, [(piece, weight)], info, form)"""
    spare = romanisation(data)
    for s, pairs in training(data).items():
        table, share = aligned(pairs, PIECES[s], align)
        letters = set(table) | (set(spare) if s != 'L' else set())
        for c in sorted(x for x in letters if RANGE[s][0] <= ord(x) < RANGE[s][1]):
            for place in range(3):
                places = table.get(c, {})
                found = next((places[q] for q in (place, 1, 0, 2) if places.get(q)), None)
                logs = {y: math.log(p) for y, p in found.items()} if found else spare[c]
                weight = {y: max(p - share.get(y, -9.0), MISSED + MISSED_MORE * max(0, len(y) - 1)) for y, p in logs.items()}
                likely = [weight[y] for y, p in logs.items() if p > -2.5]
                info = weight.get(c, 2.0) if s == 'L' else max(likely, default=1.0)
                form = c if s == 'L' else max(logs, key=lambda y: (logs[y], y))
                order = sorted(weight, key=lambda y: (len(y), y))
                yield s, ord(c), place, [(y, hundredths(weight[y])) for y in order], hundredths(info), form


def put_lines(f, head, items, each):
    f.write(head)
    for i in range(0, len(items), each):
        f.write('    ' + ' '.join(items[i:i + each]) + '\n')
    f.write('};\n')


def put_channel(path, all_units):
    pieces, table = [], []
    for s, letter, place, rows_, info, form in all_units:
        table.append(f"{{ '{s}', {place}, 0x{letter:x}, {len(pieces)}, {len(rows_)}, {info}, \"{form}\" }},")
        pieces += [f'{{ "{y}", {w} }},' for y, w in rows_]
    with open(path, 'w') as f:
        f.write('/* Made by tools/learn-names: what letters are written as, learned from pairs of spellings. */\n')
        put_lines(f, 'static const struct channel_row rows[] = {\n', pieces, 6)
        put_lines(f, '\nstatic const struct channel_unit units[] = {\n', table, 3)


def fnv(word):
    h = 0xcbf29ce484222325
    for c in word:
        h = (h ^ ord(c)) * 0x100000001b3 % 2**64
    return h


def put_common(path, data):
    seen = {True: collections.Counter(), False: collections.Counter()}
    for x, y, n in words_of_pairs(data):
        seen[True][y] += n
        seen[False][x] += n
    out = {}
    for latin, least in ((True, 12), (False, 20)):
        total = sum(seen[latin].values())
        for word, n in seen[latin].items():
            if n >= least and len(word) > 1:
                h = fnv(word) >> 40
                out[h] = max(out.get(h, 0), min(255, round(8 * math.log2(n / total * 2**20 + 1))))
    with open(path, 'w') as f:
        f.write('/* Made by tools/learn-names: the upper 24 bits of the hash of common words of names, then how common: eighths\n'
                ' * of log2 of how often in 2^20. */\n')
        put_lines(f, 'static const uint32_t common[] = {\n', [f'0x{h << 8 | v:08x},' for h, v in sorted(out.items())], 8)


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    data, align = sys.argv[1:3]
    source = sys.argv[3] if len(sys.argv) == 4 else os.path.join(os.path.dirname(__file__), '../../src/names')
    put_channel(f'{source}/channel_rows.inc', list(units(data, align)))
    put_common(f'{source}/common.inc', data)


if __name__ == '__main__':
    main()
