#!/usr/bin/env python3
"""Fits src/names/weights.inc to pairs of names that people judged.

  fit.py SERAI LABELLED [OUT]      SERAI: the program; LABELLED: folder of pairs_xscript, pairs_judged and pairs_names.tsv

Logistic regression over the features that `serai names score --features` prints: persons across scripts, persons in
one script, organisations. Prints the best F1 of each set when each name is judged by weights fitted without it.
"""
import csv, os, subprocess, sys

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

ARABIC, CYRILLIC = 13, 14  # places of those features (src/names/pair.c)
MODEL = dict(C=0.1, max_iter=5000)


def load(serai, path):
    with open(path, encoding='utf-8') as f:
        rows = list(csv.DictReader(f, delimiter='\t', quoting=csv.QUOTE_NONE))
    lines = subprocess.run([serai, 'names', 'score', '--features', path], check=True, capture_output=True, text=True).stdout.splitlines()
    x = np.array([[float(v) for v in line.split('\t')[2:]] for line in lines])
    person = np.array([r.get('schema', 'Person') == 'Person' for r in rows])
    across = (x[:, ARABIC] + x[:, CYRILLIC]) > 0
    return dict(x=x, y=np.array([int(r['match']) for r in rows]), group=[r['name1'].lower() for r in rows],
                kind=np.where(person, np.where(across, 0, 1), 2), guess=np.zeros(len(rows)))


def best_f1(y, s):
    order = np.argsort(-s, kind='stable')
    y, s = y[order], s[order]
    found, k = np.cumsum(y), np.arange(1, len(y) + 1)
    f = np.where(np.append(s[1:] != s[:-1], True), 2 * found / (k + y.sum()), 0)
    i = f.argmax()
    return 'F1 %.4f, precision %.3f, recall %.3f at %.2f' % (f[i], found[i] / k[i], found[i] / y.sum(), s[i])


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
    weights = [fit(sets, kind) for kind in range(3)]
    for n, s in zip(names, sets):
        print(n, best_f1(s['y'], s['guess']))
    out = sys.argv[3] if len(sys.argv) == 4 else os.path.join(os.path.dirname(__file__), '../../src/names/weights.inc')
    with open(out, 'w') as f:
        f.write('/* Made by tools/learn-names/fit.py: of each feature, then the constant; persons across scripts, persons in one\n'
                ' * script, organisations. */\nstatic const float weights[3][NAMES_FEATURES + 1] = {\n')
        for w in weights:
            f.write('    { ' + ', '.join('%.5ff' % v for v in w) + ' },\n')
        f.write('};\n')


if __name__ == '__main__':
    main()
