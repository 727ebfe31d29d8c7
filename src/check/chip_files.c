#include "check/chip_files.h"

#include "base/text.h"
#include "check/recognise.h"
#include "seal/certificate.h"

#define CLAUSE "Doc 9303-10 4.6"

enum { STEM = 64 };

static char small_letter(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Last part of the path in small letters, cut at STEM. */
static void base_name(const char *name, char out[STEM])
{
    const char *slash = name ? strrchr(name, '/') : NULL;
    size_t n = 0;

    for (name = slash ? slash + 1 : name; name && *name && n + 1 < STEM; name++)
        out[n++] = small_letter(*name);
    out[n] = 0;
}

static int digit_of(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : -1;
}

/* 1..16 out of up to two digits that no further digit follows; 0: none. */
static unsigned number_at(const char *p)
{
    unsigned v = 0;
    int i = 0;

    while (*p == '_' || *p == '-' || *p == '.' || *p == ' ')
        p++;
    for (; i < 3 && digit_of(*p) >= 0; i++)
        v = 10 * v + (unsigned)digit_of(*p++);
    return i > 0 && i < 3 && v <= LDS_GROUPS ? v : 0;
}

/* A file identifier alone, 0101 to 0110 in hexadecimal. */
static unsigned by_identifier(const char *base)
{
    static const char hex[] = "0123456789abcdef";
    const char *low = base[0] && base[1] && base[2] && base[3] ? strchr(hex, base[3]) : NULL;

    if (!low || base[0] != '0' || base[1] != '1' || (base[4] && base[4] != '.'))
        return 0;
    if (base[2] == '0')
        return (unsigned)(low - hex);
    return base[2] == '1' && base[3] == '0' ? 16 : 0;
}

unsigned chip_file_number(const char *name)
{
    char base[STEM];
    const char *dg;

    base_name(name, base);
    dg = strstr(base, "dg");
    return dg ? number_at(dg + 2) : by_identifier(base);
}

/* Extracts and notes that people keep beside the files of a chip. */
static bool for_people(const char *base)
{
    static const char *const endings[] = { ".jpg",  ".jpeg", ".jp2",  ".j2k", ".jpx", ".png",
                                           ".bmp",  ".gif",  ".json", ".txt", ".xml", ".htm",
                                           ".html", ".pdf",  ".csv",  ".md",  ".log", ".wsq" };
    const char *dot = strrchr(base, '.');

    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
        if (strcmp(dot, endings[i]) == 0)
            return true;
    return false;
}

static bool named(const char *base, const char *what)
{
    return strncmp(base, what, strlen(what)) == 0;
}

static bool take_sod(struct chip_files *out, struct span bytes, struct why *w)
{
    if (out->sod.n)
        return why_set(w, "sod-twice", WHY_NO_OFFSET, "Doc 9303-10 4.6.2",
                       "two files are EF.SOD: which one the chip has is not known");
    out->sod = bytes;
    return true;
}

static void take_group(struct chip_files *out, const char *name, struct span bytes)
{
    out->dg[out->n++] = (struct data_group){ .number = (uint8_t)chip_file_number(name), .bytes = bytes };
}

static bool take_signer(struct chip_files *out, struct span der)
{
    if (out->n_signers == CHIP_SIGNERS)
        return false;
    out->signer[out->n_signers++] = der;
    return true;
}

static bool signer_of_pem(void *ctx, struct span der)
{
    return take_signer(ctx, der);
}

/* Bytes that say nothing about themselves: a file whose name says what it should be is read as that, and
 * fails as that. */
static bool by_name(struct chip_files *out, const char *base, const char *name, struct span bytes,
                    struct why *w, bool *taken)
{
    *taken = true;
    if (for_people(base))
        *taken = false;
    else if (chip_file_number(name))
        take_group(out, name, bytes);
    else if (strstr(base, "sod") || named(base, "011d"))
        return take_sod(out, bytes, w);
    else
        *taken = false;
    return true;
}

static bool sort_one(struct chip_files *out, const struct inspect_file *file, struct arena *a, bool *taken,
                     struct why *w)
{
    char base[STEM];

    base_name(file->name, base);
    *taken = true;
    if (named(base, "aa.challenge")) {
        out->aa_challenge = file->bytes;
        return true;
    }
    if (named(base, "aa.response")) {
        out->aa_response = file->bytes;
        return true;
    }
    if (named(base, "ca.json")) {
        out->ca_record = file->bytes;
        return true;
    }
    if (file->bytes.n == 0) {
        *taken = false;
        return true;
    }
    switch (recognise(file->bytes)) {
    case THING_SOD:
        return take_sod(out, file->bytes, w);
    case THING_DATA_GROUP:
        take_group(out, file->name, file->bytes);
        return true;
    case THING_CARD_SECURITY:
        out->card_security = file->bytes;
        return true;
    case THING_CARD_ACCESS:
        out->card_access = file->bytes;
        return true;
    case THING_CHIP_DIRECTORY:
        return true;
    case THING_CERTIFICATE:
        *taken = !chip_file_number(file->name) && take_signer(out, file->bytes);
        return *taken || by_name(out, base, file->name, file->bytes, w, taken);
    case THING_PEM:
        *taken = certificates_in(file->bytes, a, signer_of_pem, out) > 0;
        return true;
    case THING_MASTER_LIST:
    case THING_UNKNOWN:
    case THING_VDS:
    case THING_MRZ:
    case THING_LICENCE_MRZ:
    case THING_AAMVA:
    case THING_VICAL:
    case THING_STATUS_TOKEN:
    case THING_STATUS_MAP:
    case THING_MDOC: /* a file of the chip may be spoiled into any of them */
        return by_name(out, base, file->name, file->bytes, w, taken);
    case THING_VDS_HEX:
    case THING_IDB:
    case THING_VDSNC:
    case THING_PICTURE:
    case THING_CRL:
    case THING_NOTE:
        break;
    }
    *taken = false;
    return true;
}

bool chip_files_sort(const struct inspect_file *file, size_t n, struct arena *a, struct chip_files *out,
                     struct findings *f, struct why *w)
{
    struct chip_files sorted = { .dg = arena_array(a, n ? n : 1, sizeof *sorted.dg) };
    bool taken;

    if (!sorted.dg)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < n; i++) {
        if (!sort_one(&sorted, &file[i], a, &taken, w))
            return false;
        if (!taken)
            finding_add(f, FINDING_NOTE, "not-a-chip-file", WHY_NO_OFFSET, CLAUSE,
                        "file %zu of the folder is %s; it was not used", i + 1,
                        file[i].bytes.n ? "no file of a chip" : "empty");
    }
    *out = sorted;
    return true;
}
