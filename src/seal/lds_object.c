#include "seal/algorithm.h"
#include "seal/chip_internal.h"

/* DataGroupHash: number 1..16, none twice, hash as long as the digest. */
static void read_hash(struct chip *out, struct der *list)
{
    struct der entry = der_open(list, DER_SEQUENCE);
    const uint8_t *at = entry.p;
    int32_t number = der_small(&entry);
    struct span hash = der_take(&entry, DER_OCTET_STRING);

    if (der_ok(&entry) && (number < 1 || number > LDS_GROUPS))
        der_fail(&entry, at, "no such data group");
    else if (der_ok(&entry) && out->hash[number].n)
        der_fail(&entry, at, "the same data group twice");
    else if (der_ok(&entry) && hash.n != digest_size(out->lds_digest))
        der_fail(&entry, hash.p, "hash of another length than its algorithm gives");
    der_close(list, &entry);
    if (der_ok(list))
        out->hash[number] = hash;
}

bool lds_object_read(struct chip_run *k, struct why *w)
{
    struct der d = der_of(k->cms.content), object, list, version;
    const uint8_t *at;

    if (!der_check(k->cms.content, false, NULL, w))
        return false;
    object = der_open(&d, DER_SEQUENCE);
    at = object.p;
    k->out->lds_version = der_small(&object);
    if (der_ok(&object) && k->out->lds_version > 1)
        der_fail(&object, at, "unknown LDS version");
    if (der_ok(&object) && !digest_alg_read(&object, &k->out->lds_digest, w) && der_ok(&object))
        return false;
    list = der_open(&object, DER_SEQUENCE);
    while (der_more(&list))
        read_hash(k->out, &list);
    der_close(&object, &list);
    if (der_ok(&object) && k->out->lds_version == 1) {
        version = der_open(&object, DER_SEQUENCE);
        k->out->lds_text = der_take(&version, DER_PRINTABLE_STRING);
        k->out->unicode_text = der_take(&version, DER_PRINTABLE_STRING);
        der_close(&object, &version);
    }
    der_close(&d, &object);
    return der_finish(&d, "lds", "Doc 9303-10 4.6.2.3", w);
}
