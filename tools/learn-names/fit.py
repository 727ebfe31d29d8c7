#!/usr/bin/env python3
"""Fits src/names/weights.inc to pairs of names that people judged.

  fit.py SERAI LABELLED [OUT]      SERAI: the program; LABELLED: folder of pairs_xscript, pairs_judged and pairs_names.tsv, of
                                   treated_un.tsv and negatives.tsv.gz; search/persons_sanctions.tsv.gz beside it

Logistic regression over the features that `serai names score --features` prints: persons across scripts, persons in
one script, organisations. Prints the best F1 of each set, and of its slices, when each name is judged by weights that were fitted
without any pair of the same entity or the same name.

A second set is for lists. Most names of a list are nobody's who is asked for: it learns besides from unrelated names, each with
the name of the list that looked likest, and from names with slips of the pen. Its constants are such that ALERTS of unrelated
names score .9 or more, in every script.
"""
import csv, gzip, os, subprocess, sys, tempfile

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

ARABIC, CYRILLIC = 13, 14  # places of those features (src/names/pair.c)
MODEL = dict(C=0.1, max_iter=5000)
ALERTS, EVERY = .0013, 12


def slice_of(row):
    return '/'.join(row.get(c, '') for c in (('kind', 'script') if 'kind' in row else ('group', 'schema') if 'group' in row else ()))


def load(serai, path):
    with open(path, encoding='utf-8') as f:
        rows = list(csv.DictReader(f, delimiter='\t', quoting=csv.QUOTE_NONE))
    lines = subprocess.run([serai, 'names', 'score', '--features', path], check=True, capture_output=True, text=True).stdout.splitlines()
    x = np.array([[float(v) for v in line.split('\t')[2:]] for line in lines])
    person = np.array([r.get('schema', 'Person') == 'Person' for r in rows])
    across = (x[:, ARABIC] + x[:, CYRILLIC]) > 0
    score = np.array([float(line.split('\t')[1]) for line in lines])
    return dict(score=score, x=x, y=np.array([int(r['match']) for r in rows]), group=['name ' + r['name1'].lower() for r in rows],
                entity=[(r.get('ids1') or r.get('id1') or '').split('|') for r in rows], slice=[slice_of(r) for r in rows],
                kind=np.where(person, np.where(across, 0, 1), 2), guess=np.zeros(len(rows)))


def pairs_file(folder, name, pairs, match):
    path = f'{folder}/{name}.tsv'
    with open(path, 'w', encoding='utf-8') as f:
        f.write('pair_id\tmatch\tname1\tname2\n')
        f.writelines(f'{i}\t{match}\t{a}\t{b}\n' for i, (a, b) in enumerate(pairs))
    return path


def rows(path):
    with gzip.open(path, 'rt', encoding='utf-8') if path.endswith('.gz') else open(path, encoding='utf-8') as f:
        return [line.rstrip('\n').split('\t') for line in f][1:]


def unrelated(serai, labelled, folder):
    """The likest name of the list for some of the unrelated names; how many of each kind were asked."""
    path = f'{labelled}/../search/persons_sanctions.tsv.gz'
    names = {}
    for c in rows(path):
        names.setdefault(c[0], []).append(c[2])
    asked = rows(f'{labelled}/negatives.tsv.gz')[::EVERY]
    with open(f'{folder}/asked.tsv', 'w', encoding='utf-8') as f:
        f.write('query_id\tquery\n')
        f.writelines(f'{c[0]}\t{c[3]}\n' for c in asked)
    out = subprocess.run([serai, 'names', 'search', '--top', '1', '--list', path, f'{folder}/asked.tsv'], check=True,
                         capture_output=True, text=True).stdout.splitlines()
    query = {c[0]: c[3] for c in asked}
    found = [(line.split('\t')[0], line.split('\t')[1].rpartition('=')[0]) for line in out if '\t' in line]
    pairs = [(query[q], n) for q, e in found for n in names[e]]
    data = load(serai, pairs_file(folder, 'unrelated', pairs, 0))
    best = {}
    for i, (a, _) in enumerate(pairs):
        if a not in best or data['score'][i] > data['score'][best[a]]:
            best[a] = i
    keep = sorted(best.values())
    latin = sum(c[2] == 'LATIN' for c in asked)
    return take(data, keep), (len(asked) - latin, latin, 0)


def take(data, keep):
    return {k: [v[i] for i in keep] if isinstance(v, list) else v[keep] for k, v in data.items()}


def slips(serai, labelled, folder):
    return load(serai, pairs_file(folder, 'slips', [(c[1], c[2]) for c in rows(f'{labelled}/treated_un.tsv')], 1))


def for_lists(sets, serai, labelled):
    with tempfile.TemporaryDirectory() as folder:
        other, asked = unrelated(serai, labelled, folder)
        every = sets + [other, slips(serai, labelled, folder)]
    entities(every)
    weights = [fit(every, kind) for kind in range(3)]
    for kind in range(2):
        w = np.array(weights[kind])
        z = np.sort(other['x'][other['kind'] == kind] @ w[:-1] + w[-1])[::-1]
        weights[kind][-1] += np.log(9) - z[min(len(z) - 1, int(ALERTS * asked[kind]))]
    return weights


def best_f1(y, s):
    order = np.argsort(-s, kind='stable')
    y, s = y[order], s[order]
    found, k = np.cumsum(y), np.arange(1, len(y) + 1)
    f = np.where(np.append(s[1:] != s[:-1], True), 2 * found / (k + y.sum()), 0)
    i = f.argmax()
    return 'F1 %.4f, precision %.3f, recall %.3f at %.2f' % (f[i], found[i] / k[i], found[i] / y.sum(), s[i])


def entities(sets):
    """A name, all entities it is of, and all names of these: one group."""
    parent = {}

    def top(k):
        while parent.setdefault(k, k) != k:
            parent[k] = k = parent[parent[k]]
        return k
    for s in sets:
        for name, ids in zip(s['group'], s['entity']):
            for i in filter(None, ids):
                parent[top(i)] = top(name)
    for s in sets:
        s['group'] = [top(name) for name in s['group']]


def fit(sets, kind):
    x = np.vstack([s['x'][s['kind'] == kind] for s in sets])
    y = np.concatenate([s['y'][s['kind'] == kind] for s in sets])
    names = {}
    group = np.array([names.setdefault(g, len(names)) for s in sets for g, k in zip(s['group'], s['kind']) if k == kind])
    mean, spread = x.mean(0), x.std(0) + 1e-6
    z, guess = (x - mean) / spread, np.zeros(len(y))
    for a, b in GroupKFold(8).split(z, y, group):
        guess[b] = LogisticRegression(**MODEL).fit(z[a], y[a]).predict_proba(z[b])[:, 1]
    at = 0
    for s in sets:
        n = (s['kind'] == kind).sum()
        s['guess'][s['kind'] == kind] = guess[at:at + n]
        at += n
    m = LogisticRegression(**MODEL).fit(z, y)
    w = m.coef_[0] / spread
    return list(w) + [m.intercept_[0] - (w * mean).sum()]


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    names = ('pairs_xscript', 'pairs_judged', 'pairs_names')
    sets = [load(sys.argv[1], f'{sys.argv[2]}/{n}.tsv') for n in names]
    entities(sets)
    weights = [fit(sets, kind) for kind in range(3)]
    for n, s in zip(names, sets):
        print(n, best_f1(s['y'], s['guess']))
        for part in sorted(set(s['slice'])):
            at = np.array([v == part for v in s['slice']])
            if 0 < s['y'][at].sum() and at.sum() >= 50 and part:
                print('   ', part, at.sum(), best_f1(s['y'][at], s['guess'][at]))
    lists = for_lists(sets, sys.argv[1], sys.argv[2])
    out = sys.argv[3] if len(sys.argv) == 4 else os.path.join(os.path.dirname(__file__), '../../src/names/weights.inc')
    with open(out, 'w') as f:
        f.write('/* Made by tools/learn-names/fit.py: of each feature, then the constant; persons across scripts, persons in one\n'
                ' * script, organisations. First of two names that somebody compares, then of a name and one of a list. */\n'
                'static const float weights[2][3][NAMES_FEATURES + 1] = {\n')
        for table in (weights, lists):
            f.write('    {\n')
            for w in table:
                f.write('        { ' + ', '.join('%.5ff' % v for v in w) + ' },\n')
            f.write('    },\n')
        f.write('};\n')


if __name__ == '__main__':
    main()
