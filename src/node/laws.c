#include "node/laws.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "files/durable.h"
#include "node/bloc.h"

static const char suffix[] = ".agreement";

enum { PATH = 4096, NAME = 2 * 32 + sizeof suffix, MEMORY = 256 << 20 };

static void name_of(const uint8_t sha256[32], char out[NAME])
{
    struct buffer b;

    buf_init_fixed(&b, out, NAME);
    hex_put(&b, span_of(sha256, 32));
    buf_str(&b, suffix);
    (void)buf_cstr(&b);
}

static struct agreement *parse(struct span text, struct why *w)
{
    struct agreement_faults *f = calloc(1, sizeof *f);
    struct agreement *a;

    if (!f)
        abort();
    a = agreement_parse(text, f);
    for (size_t i = 0; !a && i < f->n; i++)
        if (!f->item[i].warning) {
            (void)why_set(w, "agreement", WHY_NO_OFFSET, NULL, "line %u, column %u: %s", f->item[i].line,
                          f->item[i].column, f->item[i].message);
            break;
        }
    free(f);
    return a;
}

static bool known(const struct laws *l, const struct agreement *a)
{
    for (size_t i = 0; i < l->n; i++)
        if (memcmp(agreement_hash(l->text[i]), agreement_hash(a), 32) == 0)
            return true;
    return false;
}

static void take(struct laws *l, const struct laws_from *from, const char *name, struct span text,
                 struct findings *f)
{
    struct why w = { 0 };
    struct agreement *a = parse(text, &w);
    char should[NAME];

    if (!a) {
        finding_add(f, FINDING_WARNING, "agreement", WHY_NO_OFFSET, NULL, "%s/%s: %s", from->folder, name,
                    w.detail);
        return;
    }
    name_of(agreement_hash(a), should);
    if (strcmp(name, should) != 0 || strcmp(agreement_title(a), agreement_title(from->agreement)) != 0)
        finding_add(f, FINDING_WARNING, "agreement", WHY_NO_OFFSET, NULL, "%s/%s %s: it is not used",
                    from->folder, name,
                    strcmp(name, should) ? "does not hold what its name says" : "is another agreement");
    else if (!known(l, a) && l->n < LAWS) {
        l->own[l->n_own++] = a;
        l->text[l->n] = a;
        l->bytes[l->n++] = text;
        return;
    }
    agreement_free(a);
}

static bool take_all(struct laws *l, const struct laws_from *from, struct findings *f, struct why *w)
{
    struct dirent **list;
    int n = from->folder ? scandir(from->folder, &list, NULL, alphasort) : 0;
    bool ok = true;

    if (n < 0)
        return errno == ENOENT ||
               why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot read %s: %s", from->folder, strerror(errno));
    if (!from->folder)
        return true;
    for (int i = 0; i < n; i++) {
        const char *name = list[i]->d_name;
        size_t length = strlen(name);
        char path[PATH];
        struct span text;
        bool there = false;

        if (ok && length == NAME - 1 && strcmp(name + 64, suffix) == 0 &&
            snprintf(path, sizeof path, "%s/%s", from->folder, name) < (int)sizeof path) {
            ok = file_read(path, LIMIT_AGREEMENT, &l->arena, &text, &there, w);
            if (ok && there)
                take(l, from, name, text, f);
        }
        free(list[i]);
    }
    free(list);
    return ok;
}

static bool any_instrument(const struct acts_folder *d)
{
    for (size_t i = 0; d && i < d->n_acts; i++)
        for (size_t k = 0; k < d->act[i].n; k++)
            if (d->act[i].statement[k].verb == ACT_INSTRUMENT)
                return true;
    return false;
}

static bool make_regime(struct laws *l, const struct laws_from *from, struct why *w)
{
    struct span *party = arena_array(&l->arena, BLOC_PARTIES, sizeof *party);
    struct span member[BOUND_MEMBERS];
    size_t all = agreement_members(from->agreement, member, BOUND_MEMBERS);
    struct register_input *in = &l->in;
    struct trust_input acts;

    *in = (struct register_input){ .n_texts = l->n, .text = l->text, .bytes = l->bytes };
    if (!party)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!from->acts)
        return true;
    if (!bloc_input(from->agreement, from->member, BLOC_FOR_ALL, from->acts, party, &acts, w))
        return true; /* without keys that all believe nothing can be declared */
    return trust_instruments(&acts, member + acts.n_parties, all - acts.n_parties, &l->arena, &in->instrument,
                             &in->n, w) &&
           regime_make(in, from->agreement, &l->regime, w);
}

bool laws_load(const struct laws_from *from, struct laws **ret, struct findings *f, struct why *w)
{
    struct laws *l = calloc(1, sizeof *l);
    bool ok = true;

    if (!l)
        abort();
    arena_init(&l->arena, MEMORY);
    if (from->text.n && (from->always || any_instrument(from->acts))) {
        l->text[0] = from->agreement;
        l->bytes[0] = from->text;
        l->n = 1;
        ok = take_all(l, from, f, w) && make_regime(l, from, w);
    }
    if (!ok) {
        laws_free(l);
        return false;
    }
    *ret = l;
    return true;
}

void laws_free(struct laws *l)
{
    if (!l)
        return;
    regime_free(l->regime);
    for (size_t i = 0; i < l->n_own; i++)
        agreement_free(l->own[i]);
    arena_free(&l->arena);
    free(l);
}

bool laws_keep(const char *folder, const struct agreement *agreement, struct span text, uint8_t sha256[32],
               struct why *w)
{
    struct agreement *a = parse(text, w);
    char name[NAME];
    bool same;

    if (!a)
        return false;
    memcpy(sha256, agreement_hash(a), 32);
    name_of(sha256, name);
    same = strcmp(agreement_title(a), agreement_title(agreement)) == 0;
    agreement_free(a);
    if (!same)
        return why_set(w, "agreement", WHY_NO_OFFSET, NULL, "it has another title: it is another agreement");
    return folder_make(folder, NULL, w) && file_replace(folder, name, text, NULL, w);
}
