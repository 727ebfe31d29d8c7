#include "all_certificates.h"

#include <dirent.h>
#include <stdio.h>

#include "seal/master_list.h"

static bool keep(void *ctx, struct span der)
{
    struct all_certificates *all = ctx;

    assert_true(all->n < sizeof all->der / sizeof all->der[0]);
    all->der[all->n++] = der;
    return true;
}

static void from_file(struct arena *a, const char *name, struct all_certificates *out)
{
    struct span file = load_file(a, vector_path(name));

    assert_true(certificates_in(file, a, keep, out) > 0);
}

static void from_folder(struct arena *a, const char *folder, struct all_certificates *out)
{
    struct dirent **list;
    char name[512];
    int n = scandir(vector_path(folder), &list, NULL, alphasort);

    assert_true(n > 0);
    for (int i = 0; i < n; i++) {
        const char *dot = strrchr(list[i]->d_name, '.');

        if (dot && strcmp(dot, ".der") == 0) {
            (void)snprintf(name, sizeof name, "%s/%s", folder, list[i]->d_name);
            from_file(a, name, out);
        }
        free(list[i]);
    }
    free(list);
}

static void from_list(struct arena *a, const char *name, struct all_certificates *out)
{
    struct anchor_set *none = anchor_set_new();
    struct master_list l;
    struct span der;
    size_t at = 0;

    (void)master_list_verify(load_file(a, vector_path(name)), none, a, &l, NULL);
    assert_int_equal(l.n, 588);
    while ((der = master_list_next(&l, &at)).n > 0)
        (void)keep(out, der);
    assert_int_equal(at, l.certificates.n);
    anchor_set_free(none);
}

static void from_mock(struct arena *a, struct all_certificates *out)
{
    json_t *j = load_json(vector_path("travel/emrtd/mock_pki.json")), *entry;
    const char *key;

    json_object_foreach(json_object_get(j, "entries"), key, entry)
    {
        for (int i = 0; i < 2; i++) {
            const char *pem = json_string_value(json_object_get(entry, i ? "dsc_cert" : "csca_cert"));

            if (pem)
                assert_int_equal(certificates_in(arena_copy(a, span_str(pem)), a, keep, out), 1);
        }
    }
    json_decref(j);
}

void all_certificates_load(struct arena *a, struct all_certificates *out)
{
    out->n = 0;
    from_folder(a, "travel/emrtd/cert", out);
    from_folder(a, "travel/emrtd/synthetic", out);
    from_folder(a, "travel/vds/certs", out);
    from_file(a, "travel/emrtd/csca_eco.bin", out);
    from_file(a, "travel/emrtd/masterlist/DE_CSCA_2024.der", out);
    from_list(a, "travel/emrtd/masterlist/DE_ML_2026-05-28.ml", out);
    from_mock(a, out);
}
