#include "check/recognise.h"

#include "base/limits.h"
#include "base/text.h"
#include "picture/picture.h"
#include "seal/status_list.h"
#include "seal/vical.h"
#include "wire/aamva.h"
#include "wire/licence_mrz.h"

const char *thing_word(enum thing t)
{
    static const char *const word[] = {
        [THING_UNKNOWN] = "unknown",
        [THING_MRZ] = "mrz",
        [THING_LICENCE_MRZ] = "mrz",
        [THING_AAMVA] = "barcode",
        [THING_VDS] = "vds",
        [THING_VDS_HEX] = "vds",
        [THING_IDB] = "idb",
        [THING_VDSNC] = "vds-nc",
        [THING_PICTURE] = "picture",
        [THING_SOD] = "chip",
        [THING_DATA_GROUP] = "chip",
        [THING_CARD_ACCESS] = "chip",
        [THING_CARD_SECURITY] = "chip",
        [THING_CHIP_DIRECTORY] = "chip",
        [THING_CERTIFICATE] = "certificate",
        [THING_CRL] = "crl",
        [THING_MASTER_LIST] = "master-list",
        [THING_PEM] = "certificate",
        [THING_NOTE] = "receipt",
        [THING_VICAL] = "vical",
        [THING_STATUS_TOKEN] = "status-list",
        [THING_STATUS_MAP] = "status-list",
        [THING_MDOC] = "mdoc",
    };

    return word[t];
}

/* Tag and length of the element at *r, which moves to its content; enough to look around in the first few. */
static bool header(struct reader *r, int *tag, size_t *len)
{
    uint8_t n;

    *tag = rd_u8(r);
    n = rd_u8(r);
    *len = n < 0x80 ? n : n <= 0x84 ? (size_t)rd_be(r, n & 7u) : 0;
    return rd_ok(r) && n <= 0x84;
}

static bool skip(struct reader *r, int wanted)
{
    size_t len;
    int tag;

    return header(r, &tag, &len) && tag == wanted && rd_take(r, len).n == len && rd_ok(r);
}

/* SignedData from its OID on: EF.CardSecurity when its content is of that type, else a list. */
static enum thing of_signed_data(struct reader *r)
{
    static const uint8_t security_object[] = { 0x06, 0x08, 0x04, 0x00, 0x7f, 0x00, 0x07, 0x03, 0x02, 0x01 };
    size_t len;
    int tag;

    if (!skip(r, 0x06) || !header(r, &tag, &len) || !header(r, &tag, &len) || !skip(r, 0x02) ||
        !skip(r, 0x31) || !header(r, &tag, &len))
        return THING_MASTER_LIST;
    return span_starts(span_of(r->p, rd_left(r)), span_of(security_object, sizeof security_object))
               ? THING_CARD_SECURITY
               : THING_MASTER_LIST;
}

/*
 * Certificate, list of revoked certificates or signed list: told apart by what follows the first SEQUENCE. A
 * TBSCertList has a time where a TBSCertificate has [0], or its validity (RFC 5280 4.1, 5.1). What is too
 * damaged to tell is read as a certificate, whose reader then says what is wrong.
 */
static enum thing of_sequence(struct span s)
{
    static const uint8_t signed_data[] = { 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02 };
    struct reader r = rd_of(s);
    size_t len;
    int tag;

    if (!header(&r, &tag, &len) || tag != 0x30)
        return THING_CERTIFICATE;
    if (span_starts(span_of(r.p, rd_left(&r)), span_of(signed_data, sizeof signed_data)))
        return of_signed_data(&r);
    if (!header(&r, &tag, &len) || tag != 0x30)
        return THING_CERTIFICATE;
    if (rd_peek(&r) == 0x02 && !skip(&r, 0x02))
        return THING_CERTIFICATE;
    for (int i = 0; i < 2; i++) /* algorithm, issuer */
        if (!skip(&r, 0x30))
            return THING_CERTIFICATE;
    return rd_peek(&r) == 0x17 || rd_peek(&r) == 0x18 ? THING_CRL : THING_CERTIFICATE;
}

/* SecurityInfos: a SET of a SEQUENCE that begins with an OID. */
static bool like_card_access(struct span s)
{
    struct reader r = rd_of(s);
    size_t len;
    int tag;

    if (!header(&r, &tag, &len) || len != rd_left(&r) || !header(&r, &tag, &len) || tag != 0x30)
        return false;
    return header(&r, &tag, &len) && tag == 0x06;
}

/* A data group that is short enough for its second byte to be a character. */
static bool like_short_group(struct span s)
{
    return s.n > 4 && s.n == 2u + s.p[1] &&
           (s.p[2] == 0x5c || s.p[2] == 0x7f || (s.p[2] == 0x31 && s.p[4] == 0x30));
}

static bool is_hex(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'f') && !(s.p[i] >= 'A' && s.p[i] <= 'F'))
            return false;
    return s.n >= 2 && s.n % 2 == 0;
}

/* Printable text with the marks of a zone: a filler, or letters and digits in lines of a length that zones
 * have. */
static bool like_mrz(struct span s)
{
    struct span line;
    size_t lines = 0;
    bool filler = s.n && memchr(s.p, '<', s.n) != NULL;

    for (size_t i = 0; i < s.n && i < LIMIT_MRZ; i++)
        if (s.p[i] < 0x20 && !ascii_space(s.p[i]) && i > 0 && !filler)
            return false;
    while (text_split(&s, '\n', &line)) {
        line = text_trim(line);
        if (line.n == 0)
            continue;
        if (++lines > 3)
            return filler;
        if (!filler && (line.n < 28 || line.n > 90))
            return false;
    }
    return filler && lines > 0;
}

/* RDB1 or NDB1, also in lower case: for the reader of seals to say that it is none. */
static bool like_idb(struct span t)
{
    return t.n >= 4 && ((t.p[0] | 0x20) == 'r' || (t.p[0] | 0x20) == 'n') && (t.p[1] | 0x20) == 'd' &&
           (t.p[2] | 0x20) == 'b' && t.p[3] == '1';
}

static enum thing of_text(struct span s)
{
    struct span t = text_trim(s);

    if (aamva_looks_like(s))
        return THING_AAMVA;
    if (like_idb(t))
        return THING_IDB;
    if (span_starts(t, SPAN("{")) || span_starts(t, SPAN("[")))
        return THING_VDSNC;
    if (span_starts(t, SPAN("%PDF-")))
        return THING_UNKNOWN;
    if (span_starts(t, SPAN("-----BEGIN ")))
        return THING_PEM;
    if (span_starts(t, SPAN("serai receipt ")))
        return THING_NOTE;
    if ((span_starts(t, SPAN("dc")) || span_starts(t, SPAN("DC"))) && is_hex(t))
        return THING_VDS_HEX;
    if (licence_mrz_looks_like(s))
        return THING_LICENCE_MRZ;
    return like_mrz(s) ? THING_MRZ : THING_UNKNOWN;
}

/* COSE_Sign1, tagged or not: what it is shows in its payload. */
static enum thing of_cose(struct span s)
{
    if (vical_likely(s))
        return THING_VICAL;
    return status_token_likely(s) ? THING_STATUS_TOKEN : THING_UNKNOWN;
}

enum thing recognise(struct span s)
{
    if (s.n == 0)
        return THING_UNKNOWN;
    if (picture_is(s))
        return THING_PICTURE;
    if (s.p[0] == 'e' && status_token_likely(s))
        return THING_STATUS_TOKEN;
    switch (s.p[0]) {
    case 0xdc:
        return THING_VDS;
    case 0x77:
        /* EF.SOD is a constructed element; the letter w of a text is followed by a letter. */
        if (s.n < 2 || s.p[1] >= 0x80 || s.p[1] < 0x20 || (s.n > 2 && s.p[2] == 0x30))
            return THING_SOD;
        break;
    case 0x1f:
        return THING_SOD;
    case 0xbf: /* of indefinite length: for its reader to refuse */
        return THING_MDOC;
    case 0x30:
        if (s.n < 2 || s.p[1] >= 0x80)
            return of_sequence(s);
        break;
    case 0x31:
        if (like_card_access(s))
            return THING_CARD_ACCESS;
        break;
    case 0x60:
    case 0x61:
    case 0x63:
    case 0x65:
    case 0x66:
    case 0x67:
    case 0x68:
    case 0x69:
    case 0x6a:
    case 0x6b:
    case 0x6c:
    case 0x6d:
    case 0x6e:
    case 0x6f:
    case 0x70:
    case 0x75:
    case 0x76:
        if (s.p[0] == 0x61 && s.n > 3 && s.p[2] == 0x4f && s.p[3] >= 5 && s.p[3] <= 16)
            return THING_CHIP_DIRECTORY;
        if (s.n < 2 || s.p[1] >= 0x7f || s.p[1] < 0x20 || (s.n > 3 && (s.p[2] == 0x5f || s.p[2] == 0x30)) ||
            like_short_group(s))
            return THING_DATA_GROUP;
        break;
    case 0x84:
    case 0xd2:
        return of_cose(s);
    default:
        if (s.p[0] >= 0xa0 && s.p[0] <= 0xbb) /* no text begins so */
            return status_map_likely(s) ? THING_STATUS_MAP : THING_MDOC;
        break;
    }
    return of_text(s);
}

bool recognise_hex(struct span s, struct arena *a, struct span *out)
{
    return hex_decode(text_trim(s), a, out);
}
