#include "make_sod.h"

#include <stdlib.h>

#include "seal/certificate.h"
#include "wire/der.h"
#include "wire/der_write.h"
#include "wire/lds.h"

static void algorithm(struct buffer *b, struct span oid)
{
    size_t at = der_put_begin(b, DER_SEQUENCE);

    der_put(b, DER_OID, oid);
    der_put_end(b, at);
}

#define ECDSA       SPAN("\x2a\x86\x48\xce\x3d\x04\x03\x02")
#define LDS_OBJECT  SPAN("\x67\x81\x08\x01\x01\x01")
#define MASTER_LIST SPAN("\x67\x81\x08\x01\x01\x02")

static enum digest_alg digest_used(const struct sod_order *o)
{
    return o->by ? o->by->digest : DIGEST_SHA256;
}

static void digest_algorithm(struct buffer *b, const struct sod_order *o)
{
    static const char *const oid[] = { "\x2b\x0e\x03\x02\x1a", "\x60\x86\x48\x01\x65\x03\x04\x02\x04",
                                       "\x60\x86\x48\x01\x65\x03\x04\x02\x01",
                                       "\x60\x86\x48\x01\x65\x03\x04\x02\x02",
                                       "\x60\x86\x48\x01\x65\x03\x04\x02\x03" };

    algorithm(b, span_str(oid[digest_used(o)]));
}

static struct span content_type(const struct sod_order *o)
{
    return o->n_list ? MASTER_LIST : o->content_type.n ? o->content_type : LDS_OBJECT;
}

static void lds_object(struct buffer *b, const struct sod_order *o)
{
    size_t at = der_put_begin(b, DER_SEQUENCE), list;

    der_put_uint(b, 0);
    digest_algorithm(b, o);
    list = der_put_begin(b, DER_SEQUENCE);
    for (size_t i = 0; i < o->n_dg; i++) {
        size_t e = der_put_begin(b, DER_SEQUENCE);
        struct digest d;

        digest_of(digest_used(o), o->dg[i], &d);
        der_put_uint(b, (uint64_t)lds_number(o->dg[i].p[0]));
        der_put(b, DER_OCTET_STRING, digest_span(&d));
        der_put_end(b, e);
    }
    der_put_end(b, list);
    der_put_end(b, at);
}

static void master_list(struct buffer *b, const struct sod_order *o)
{
    size_t at = der_put_begin(b, DER_SEQUENCE), set;

    der_put_uint(b, 0);
    set = der_put_begin(b, DER_SET);
    for (size_t i = 0; i < o->n_list; i++)
        buf_put(b, o->list[i]);
    der_put_end(b, set);
    der_put_end(b, at);
}

static void attribute(struct buffer *b, struct span oid, uint8_t tag, struct span value)
{
    size_t at = der_put_begin(b, DER_SEQUENCE), set;

    der_put(b, DER_OID, oid);
    set = der_put_begin(b, DER_SET);
    der_put(b, tag, value);
    der_put_end(b, set);
    der_put_end(b, at);
}

static void attributes(struct buffer *b, const struct sod_order *o, struct span content)
{
    struct digest d;

    digest_of(digest_used(o), content, &d);
    attribute(b, SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"), DER_OID, content_type(o));
    for (int i = 0; i <= o->attribute_twice; i++)
        attribute(b, SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"), DER_OCTET_STRING, digest_span(&d));
    if (!o->signing_time || *o->signing_time)
        attribute(b, SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05"), DER_UTC_TIME,
                  span_str(o->signing_time ? o->signing_time : "250101000000Z"));
}

static void signer_info(struct buffer *b, const struct sod_order *o, struct span content)
{
    struct buffer attrs, set, sig;
    struct certificate c = { 0 };
    struct digest d;
    size_t at = der_put_begin(b, DER_SEQUENCE), id;

    if (!o->issuer.n && !certificate_parse(o->name_from.n ? o->name_from : o->dsc, &c, NULL, NULL))
        abort();
    if (o->issuer.n) {
        c.issuer = o->issuer;
        c.serial = o->serial;
    }
    der_put_uint(b, (uint64_t)(o->signer_version ? o->signer_version : o->by_key_id ? 3 : 1));
    if (o->by_key_id) {
        der_put(b, DER_CONTEXT(0), c.ski);
    } else {
        id = der_put_begin(b, DER_SEQUENCE);
        buf_put(b, c.issuer);
        der_put(b, DER_INTEGER, c.serial);
        der_put_end(b, id);
    }
    digest_algorithm(b, o);
    buf_init(&attrs, 1 << 20);
    buf_init(&set, 1 << 20);
    buf_init(&sig, 2048);
    attributes(&attrs, o, content);
    buf_put(&attrs, o->attributes);
    der_put(b, DER_CONTEXT_CONSTRUCTED(0), buf_span(&attrs));
    if (o->signature_algorithm.n)
        buf_put(b, o->signature_algorithm);
    else if (o->by)
        buf_put(b, signing_algorithm(o->by, o->arena));
    else
        algorithm(b, ECDSA);
    der_put(&set, DER_SET, buf_span(&attrs));
    digest_of(digest_used(o), buf_span(&set), &d);
    if (o->signature.n)
        buf_put(&sig, o->signature);
    else if (o->by)
        buf_put(&sig, signing_make(o->by, buf_span(&set), o->arena));
    else if (!signature_make(o->signer, SIG_ECDSA_DER, &d, &sig, NULL))
        abort();
    der_put(b, DER_OCTET_STRING, buf_span(&sig));
    der_put_end(b, at);
    buf_free(&attrs);
    buf_free(&set);
    buf_free(&sig);
}

/* Opens and closes an item of definite or indefinite length. */
static size_t begin(struct buffer *b, const struct sod_order *o, uint8_t tag)
{
    size_t at = der_put_begin(b, tag);

    if (o->indefinite)
        buf_u8(b, 0x80);
    return at;
}

static void end(struct buffer *b, const struct sod_order *o, size_t at)
{
    if (o->indefinite)
        buf_be(b, 0, 2);
    else
        der_put_end(b, at);
}

static void content_info(struct buffer *b, const struct sod_order *o, struct span content)
{
    size_t info = begin(b, o, DER_SEQUENCE), explicit, pieces;

    der_put(b, DER_OID, content_type(o));
    explicit = begin(b, o, DER_CONTEXT_CONSTRUCTED(0));
    if (o->indefinite) {
        pieces = begin(b, o, DER_OCTETS_IN_PIECES);
        der_put(b, DER_OCTET_STRING, span_sub(content, 0, 7));
        der_put(b, DER_OCTET_STRING, span_sub(content, 7, content.n));
        end(b, o, pieces);
    } else {
        der_put(b, DER_OCTET_STRING, content);
    }
    end(b, o, explicit);
    end(b, o, info);
}

void make_sod(const struct sod_order *o, struct buffer *out)
{
    struct buffer content;
    size_t tag = 0, info, explicit, sd, set;

    buf_init(&content, 1 << 20);
    if (o->content.n)
        buf_put(&content, o->content);
    else if (o->n_list)
        master_list(&content, o);
    else
        lds_object(&content, o);
    if (!o->n_list)
        tag = der_put_begin(out, 0x77);
    info = begin(out, o, DER_SEQUENCE);
    der_put(out, DER_OID, SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"));
    explicit = begin(out, o, DER_CONTEXT_CONSTRUCTED(0));
    sd = begin(out, o, DER_SEQUENCE);
    der_put_uint(out, (uint64_t)(o->signed_data_version ? o->signed_data_version : 3));
    set = der_put_begin(out, DER_SET);
    if (!o->no_digest_algorithm)
        digest_algorithm(out, o);
    der_put_end(out, set);
    content_info(out, o, buf_span(&content));
    if (o->dsc.n || o->more.n) {
        set = der_put_begin(out, DER_CONTEXT_CONSTRUCTED(0));
        buf_put(out, o->more);
        buf_put(out, o->dsc);
        der_put_end(out, set);
    }
    set = der_put_begin(out, DER_SET);
    for (int i = 0; i < (o->no_signer ? 0 : 1 + o->two_signers); i++)
        signer_info(out, o, buf_span(&content));
    der_put_end(out, set);
    end(out, o, sd);
    end(out, o, explicit);
    end(out, o, info);
    if (!o->n_list)
        der_put_end(out, tag);
    buf_free(&content);
}
