/* DG2 of any bytes: pictures lie inside their block, one behind the other. */
#include <stdlib.h>

#include "wire/dg2.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check(struct span in, const struct dg2 *g)
{
    const uint8_t *p = in.p;
    size_t faces = 0;

    must(g->n_templates >= 1 && g->n_templates <= LIMIT_FACE_TEMPLATES && g->n_faces <= LIMIT_FACES);
    for (size_t i = 0; i < g->n_faces; i++) {
        const struct face *face = &g->face[i];
        const struct face_template *t = &g->template[face->template];

        must(face->template <g->n_templates && face->offset == (size_t)(face->picture.p - in.p));
        must(face->picture.p >= p && face->picture.p >= t->block.p);
        must(face->picture.p + face->picture.n <= t->block.p + t->block.n);
        p = face->picture.p + face->picture.n;
    }
    for (size_t i = 0; i < g->n_templates; i++) {
        must(g->template[i].block.p + g->template[i].block.n <= in.p + in.n);
        faces += g->template[i].n_faces;
    }
    must(faces == g->n_faces);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct span in = span_of(data, n);
    struct dg2 g;
    struct findings f;
    struct why w = { .offset = WHY_NO_OFFSET };

    findings_init(&f);
    if (dg2_parse(in, &g, &f, &w))
        check(in, &g);
    else
        must(w.reason && w.clause && w.offset <= n);
    for (size_t i = 0; i < f.n; i++)
        must(f.item[i].why.offset <= n);
    return 0;
}
