/* An object is taken without a broken MUST and only so; twice the same; what it says stays inside its bytes.
 */
#include <stdlib.h>

#include "stix/marking.h"
#include "stix/object.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

static void look(const struct stix_object *o, size_t n)
{
    struct stix_references r = stix_references_of(o);
    struct stix_reference ref;
    struct stix_id id;
    size_t count = 0;

    must(stix_id_read(o->id, &id) && span_eq(id.type, o->type));
    must(o->confidence >= -1 && o->confidence <= 100);
    must(o->created.set || o->class == STIX_SCO || o->class == STIX_CUSTOM || o->class == STIX_BUNDLE);
    must(!o->modified.set || stix_time_cmp(&o->modified, &o->created) >= 0);
    while (stix_reference_next(&r, &ref)) {
        must(ref.offset < n);
        must(++count <= n);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const struct stix_how how[] = { { .strict = false }, { .strict = true }, { .v20 = true } };
    struct arena a;

    arena_init(&a, 256u << 20);
    for (size_t i = 0; i < sizeof how / sizeof *how; i++) {
        struct stix_findings f;
        struct stix_object o;
        struct stix_marks m;
        struct why w = { 0 }, again = { 0 };
        bool good;

        stix_findings_init(&f);
        good = stix_read(span_of(data, n), &how[i], &a, &o, &f, &w);
        must(good == (f.must == 0) && good == (w.reason == NULL));
        must(good || w.offset <= n || w.offset == WHY_NO_OFFSET);
        must(f.n <= STIX_FINDINGS && f.n <= f.must + f.should + f.notes);
        if (good) {
            look(&o, n);
            stix_marks_of(&o, NULL, NULL, &m);
            must(m.marked || (!m.refer && m.tlp == TLP_CLEAR));
        }
        must(stix_read(span_of(data, n), &how[i], &a, &o, NULL, &again) == good);
        arena_reset(&a);
    }
    arena_free(&a);
    return 0;
}
