#!/usr/bin/env python3
"""Makes src/names/channel_rows.inc, skeleton_rows.inc and common.inc from pairs of spellings.

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

# Letters that Arabic and Russian, of which most pairs are, do not write or write otherwise: what they take from a letter of the same
# kind, with its sound changed. Persian, Dari, Urdu, Pashto, Kurdish, Uyghur; Kazakh, Kyrgyz, Tajik, Uzbek, Azerbaijani, Tatar.
KIN = {
    **dict.fromkeys('یېێۍے', ('ي', {})), 'ک': ('ك', {}), **dict.fromkeys('ہھ', ('ه', {})), **dict.fromkeys('ٹټ', ('ت', {})),
    **dict.fromkeys('ڈډ', ('د', {})), **dict.fromkeys('ڑړڕ', ('ر', {})), **dict.fromkeys('ںڼ', ('ن', {})), 'ڵ': ('ل', {}),
    **dict.fromkeys('ۆۇۈۉۅؤ', ('و', {})), 'ۋ': ('و', {'w': 'v'}), 'پ': ('ب', {'b': 'p'}), 'چ': ('ش', {'sh': 'ch', 's': 'c'}),
    **dict.fromkeys('گګڭ', ('ك', {'k': 'g', 'c': 'g'})), 'ژ': ('ز', {'z': 'zh'}), 'ڤ': ('ف', {'f': 'v', 'ph': 'v'}), 'ځ': ('ز', {}),
    'ە': ('ا', {'a': 'e'}), 'ښ': ('ش', {}),
    **dict.fromkeys('қҡ', ('к', {'k': 'q', 'c': 'q'})), 'ғ': ('г', {'g': 'gh'}), 'ң': ('н', {}), 'ө': ('о', {}), **dict.fromkeys('үұӯ', ('у', {})),
    'һ': ('х', {'kh': 'h'}), 'ҳ': ('х', {'kh': 'h'}), **dict.fromkeys('җҷҹ', ('ж', {'zh': 'j'})), 'ә': ('а', {'a': 'e'}), 'ӣ': ('и', {}),
    'ҙ': ('з', {}), 'ҫ': ('с', {}), 'ҝ': ('г', {}),
}
OWN, BORROWED, SPARE = 1.0, 40.0, 4.0  # how often a letter must be seen to weigh as much as what it borrows, and as its romanisation


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


# How states that write Latin letters spell what Cyrillic has, marks fallen away: Turkish, Azerbaijani, Uzbek (1995), Turkmen, Kazakh (2021).
NATIONAL = [dict(zip('абвгдеёжзийклмнопрстуфхцчшщъыьэюяқғңөүұҳҷәӣӯ', r.split())) for r in (
    'a b v g d e yo j z i y k l m n o p r s t u f h ts c s s - i - e yu ya k g n o u u h c a i u',
    'a b v q d e yo j z i y k l m n o p r s t u f x s c s s - i - e yu ya q g n o u u h c a i u',
    'a b v g d e yo j z i y k l m n o p r s t u f x s ch sh sh - i - e yu ya q g ng o u u h j a i o',
    'a b w g d e yo z z i y k l m n o p r s t u f h s c s s - y - e yu ya k g n o u u h j a i u',
    'a b v g d e io j z i i k l m n o p r s t u f h ts c s s - y - e iu ia q g n o u u h j a i u')]


def national(word, rule):
    word = word.replace('дж', 'ҷ')
    return ''.join(NATIONAL[rule].get(c, '?') for c in word).replace('-', '') if word else ''


def training(data):
    pairs = {s: set() for s in RANGE}
    for x, y, _ in words_of_pairs(data):
        if script(x) in 'AC' and len(x) < 20 and len(y) < 24:
            pairs[script(x)].add((x, y))
        rule = fnv(x) % 32
        if script(x) == 'C' and rule < len(NATIONAL) and '?' not in national(x, rule) != y and len(x) < 12 and len(y) < 16:
            pairs['L'].update(((national(x, rule), y), (y, national(x, rule))))
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
    """letter -> place -> piece -> probability, how often it was seen there, and the share of each piece over all letters."""
    table = collections.defaultdict(lambda: collections.defaultdict(dict))
    seen = collections.defaultdict(lambda: [0.0] * 3)
    share = collections.Counter()
    with tempfile.NamedTemporaryFile('w', suffix='.tsv') as f:
        f.writelines(f'{x}\t{y}\n' for x, y in sorted(pairs))
        f.flush()
        out = subprocess.run([align, f.name, '8', str(piece)], check=True, capture_output=True, text=True).stdout
    for line in out.splitlines():
        letter, place, y, p, n = line.split('\t')
        table[chr(int(letter))][int(place)][y] = float(p)
        seen[chr(int(letter))][int(place)] = float(n)
        share[y] += float(p) * float(n)
    total = sum(share.values()) + 1000
    return table, seen, {y: math.log((n + 1) / total) for y, n in share.items()}


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


def mixed(parts):
    """The distribution of several, each with a weight; pieces that are too improbable fall away."""
    out, total = collections.Counter(), sum(w for w, _ in parts)
    for w, p in parts:
        for y, v in p.items():
            out[y] += w / total * v
    return {y: v for y, v in out.items() if v > 2e-4}


def borrowed(table, letter, place):
    """What a letter's kin is written as there, half of it with the sound changed."""
    kin, sounds = KIN[letter]
    plain = table.get(kin, {}).get(place, {})
    out = collections.Counter()
    for y, v in plain.items():
        other = next((b + y[len(a):] for a, b in sorted(sounds.items(), key=lambda s: -len(s[0])) if y.startswith(a)), y)
        out[y] += .3 * v if sounds else v
        out[other[:4]] += .7 * v if sounds else 0
    return dict(out)


def smoothed(table, seen, spare, letter, place):
    """Of rare letters: what was seen, what their kin shows, what tables of romanisation say. None: nothing is known."""
    own = table.get(letter, {})
    parts = [(OWN * seen[letter][place], own[place])] if own.get(place) else []
    parts += [(min(8.0, seen[letter][q]) / 2, own[q]) for q in range(3) if q != place and own.get(q)]
    if letter in KIN and borrowed(table, letter, place):
        parts.append((BORROWED, borrowed(table, letter, place)))
    if letter == 'ئ' and place == 0:  # before the first vowel, in the alphabets that write vowels
        parts.append((BORROWED, {'': 1.0}))
    if letter in spare:
        parts.append((SPARE, {y: math.exp(p) for y, p in spare[letter].items()}))
    return mixed(parts)


def hundredths(x):
    return max(-3000, min(3000, round(100 * x)))


def units(data, align, kept):
    """(script, letter, place, [(piece, weight)], info, form); kept: script -> letter -> place -> piece -> log probability"""
    spare = romanisation(data)
    for s, pairs in training(data).items():
        table, seen, share = aligned(pairs, PIECES[s], align)
        letters = set(table) | (set(spare) if s != 'L' else set())
        for c in sorted(x for x in letters if RANGE[s][0] <= ord(x) < RANGE[s][1]):
            for place in range(3):
                places = table.get(c, {})
                found = next((places[q] for q in (place, 1, 0, 2) if places.get(q)), None)
                logs = {y: math.log(p) for y, p in found.items()} if found else spare[c]
                kept[s][c][place] = logs
                if s != 'L' and (c in KIN or sum(seen[c]) < 400):
                    logs = {y: math.log(p) for y, p in smoothed(table, seen, spare, c, place).items()}
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


CLASSES = '.PFTSCJKHLMNR'
DIGRAPHS = (('shch', 'C'), ('sch', 'C'), ('tch', 'C'), ('dzh', 'J'), ('ph', 'F'), ('th', 'T'), ('ts', 'S'), ('tz', 'S'), ('dh', 'T'),
            ('dj', 'J'), ('sh', 'C'), ('ch', 'C'), ('zh', 'J'), ('ck', 'K'), ('kh', 'H'), ('gh', 'K'), ('ce', 'S'), ('ci', 'S'), ('cy', 'S'))
SINGLES = dict(zip('bpfvwtdszjkqgxhlmnrc', 'PPFFFTTSSJKKKHHLMNRK'))


def classes(piece, last):
    """The classes of consonants of a piece, as skeleton.c reads Latin letters."""
    out, i = '', 0
    while i < len(piece):
        double = next(((d, c) for d, c in DIGRAPHS if piece.startswith(d, i)), None)
        c = double[1] if double else SINGLES.get(piece[i], '')
        if piece[i:] == 'h' and last:
            c = ''
        if c and out[-1:] != c:
            out += c
        i += len(double[0]) if double else 1
    return out


def put_skeletons(path, kept):
    """Of each native letter and place: the classes it is written as, and how improbable that is in sixteenths of a nat."""
    options, table = [], []
    for s in 'CA':
        for letter in sorted(kept[s]):
            for place in range(3):
                share = collections.Counter()
                for piece, p in kept[s][letter][place].items():
                    share[classes(piece, place == 2)[:3]] += math.exp(p)
                total = sum(share.values())
                likely = sorted(((n / total, c) for c, n in share.items() if n / total > .008), reverse=True)[:6]
                table.append(f'{{ 0x{ord(letter):x}, {place}, {len(likely)}, {len(options)} }},')
                for p, c in likely:
                    packed = sum(CLASSES.index(x) << 4 * i for i, x in enumerate(c))
                    options.append(f'{{ 0x{packed:03x}, {min(255, round(-16 * math.log(p)))} }},')
    with open(path, 'w') as f:
        f.write('/* Made by tools/learn-names: the classes of consonants that native letters are written as, and how improbable:\n'
                ' * sixteenths of a nat. The first class in the lowest four bits. */\n')
        put_lines(f, 'static const struct skeleton_option options[] = {\n', options, 8)
        put_lines(f, '\nstatic const struct skeleton_unit units[] = {\n', table, 5)


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
    kept = collections.defaultdict(lambda: collections.defaultdict(dict))
    put_channel(f'{source}/channel_rows.inc', list(units(data, align, kept)))
    put_skeletons(f'{source}/skeleton_rows.inc', kept)
    put_common(f'{source}/common.inc', data)


if __name__ == '__main__':
    main()
