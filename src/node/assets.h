/* The files of the console: a fixed list, read once into memory. No path of a caller ever reaches the file
 * system. */
#ifndef SERAI_NODE_ASSETS_H
#define SERAI_NODE_ASSETS_H

#include "base/arena.h"
#include "base/why.h"
#include "wire/coding.h"

enum { ASSETS_MAX = 192, ETAG = 20, ASSETS_BYTES = 16 * 1024 * 1024 };

/* A text of a catalogue by its name, for what the node itself says. */
struct asset_text {
    const char *name, *text;
};

struct asset {
    const char *path; /* as asked for: "/lane.js" */
    const char *type;
    bool right_to_left; /* a catalogue of such a language */
    bool runs_wasm;     /* a page whose policy must allow WebAssembly */
    struct span body;
    struct span packed[CODINGS]; /* the same, packed once; empty: it gets no smaller */
    char etag[ETAG];             /* quoted */
    const struct asset_text
        *texts; /* of a catalogue, in the order of the names; of a plural, the last form */
    size_t n_texts;
};

struct assets {
    size_t n;
    struct asset item[ASSETS_MAX];
};

/* folder holds web/ and po/, whose catalogues are offered as /i18n/LANGUAGE.json. Reason "console" when a
 * file is missing or too large, those of po_parse when a catalogue is not one; serai.wasm, which is built and
 * not written, may be missing, and stands where it was built when it is not in the folder. Bytes live in the
 * arena, of at most ASSETS_BYTES. */
MUST_USE bool assets_load(const char *folder, struct arena *a, struct assets *out, struct why *w);

/* NULL when the path is none of them. */
const struct asset *asset_find(const struct assets *s, const char *path);

#endif
