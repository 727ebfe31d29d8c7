#include "check/inspect_groups.h"

#include <stdio.h>

#include "check/inspect_parts.h"
#include "crypto/key.h"
#include "wire/dg2.h"
#include "wire/dg_text.h"
#include "wire/lds.h"
#include "wire/lds_files.h"
#include "wire/mrz_json.h"
#include "wire/oid.h"
#include "wire/security_infos.h"

static void put_present(struct json_writer *w, const char *key, struct span s)
{
    if (s.p)
        jw_text(w, key, s);
}

static void put_oid(struct json_writer *w, const char *key, struct span oid)
{
    char text[OID_TEXT];

    jw_str(w, key, oid_text(oid, text));
}

/* A day of the calendar as YYYY-MM-DD, else the eight digits as they stand. */
static void put_date(struct json_writer *w, const char *key, const struct lds_date *d)
{
    char text[DATE_TEXT];

    if (d->digit[0])
        jw_str(w, key, date_is_set(d->date) ? date_format(d->date, text) : d->digit);
}

/* Where a picture is and how long, for somebody else to show. */
static void put_place(struct json_writer *w, const char *key, struct span file, struct span picture)
{
    if (!picture.p)
        return;
    jw_object(w, key);
    jw_int(w, "offset", picture.p - file.p);
    jw_int(w, "bytes", (int64_t)picture.n);
    jw_object_end(w);
}

static void put_names(struct json_writer *w, const char *key, const struct lds_names *names)
{
    if (!names->n)
        return;
    jw_array(w, key);
    for (size_t i = 0; i < names->n; i++)
        jw_text(w, NULL, names->name[i]);
    jw_array_end(w);
}

/* What kind of key it is; a finding when it is none that can be used. */
static void put_key(struct json_writer *w, const char *key, struct span file, struct span spki,
                    struct findings *f)
{
    struct public_key *k = NULL;
    struct why why = { .offset = WHY_NO_OFFSET };

    if (!public_key_from_spki(spki, &k, &why)) {
        why_shift(&why, (size_t)(spki.p - file.p));
        finding_add(f, FINDING_WARNING, why.reason, why.offset, why.clause, "public key: %s", why.detail);
        return;
    }
    jw_object(w, key);
    jw_str(w, "type", public_key_kind(k) == KEY_RSA ? "RSA" : "EC");
    jw_int(w, "bits", (int64_t)public_key_bits(k));
    if (public_key_kind(k) == KEY_EC)
        jw_str(w, "curve", curve_name(public_key_curve(k)));
    jw_object_end(w);
    public_key_free(k);
}

static void put_face(struct json_writer *w, const struct dg2 *g, const struct face *face)
{
    static const char *const kind[] = { "basic", "full-frontal", "token-frontal" };
    bool old = g->template[face->template].standard == FACE_19794_5;

    jw_object(w, NULL);
    jw_int(w, "template", (int64_t)face->template + 1);
    jw_str(w, "format", face_picture_word(face->found));
    jw_str(w, "announced", face_picture_word(face->announced));
    jw_int(w, "offset", (int64_t)face->offset);
    jw_int(w, "bytes", (int64_t)face->picture.n);
    jw_int(w, "width", face->width);
    jw_int(w, "height", face->height);
    if (old) {
        jw_str(w, "image_type", face->image_type < 3 ? kind[face->image_type] : "other");
        jw_int(w, "feature_points", face->feature_points);
        jw_int(w, "colour_space", face->colour_space);
        jw_int(w, "source", face->source);
        jw_int(w, "quality", face->quality);
    }
    jw_object_end(w);
}

static bool put_dg2(struct json_writer *out, const char *key, struct span file, struct findings *f,
                    struct why *w)
{
    static const char *const standard[] = { "ISO/IEC 19794-5", "ISO/IEC 39794-5" };
    struct dg2 g;

    if (!dg2_parse(file, &g, f, w))
        return false;
    jw_object(out, key);
    jw_array(out, "templates");
    for (size_t i = 0; i < g.n_templates; i++) {
        const struct face_template *t = &g.template[i];

        jw_object(out, NULL);
        jw_str(out, "standard", standard[t->standard]);
        if (t->format_owner >= 0)
            jw_int(out, "format_owner", t->format_owner);
        if (t->format_type >= 0)
            jw_int(out, "format_type", t->format_type);
        if (t->created.p)
            jw_hex(out, "created", t->created);
        jw_int(out, "pictures", (int64_t)t->n_faces);
        jw_object_end(out);
    }
    jw_array_end(out);
    jw_array(out, "pictures");
    for (size_t i = 0; i < g.n_faces; i++)
        put_face(out, &g, &g.face[i]);
    jw_array_end(out);
    jw_object_end(out);
    return true;
}

static bool put_dg11(struct json_writer *out, const char *key, struct span file, struct findings *f,
                     struct why *w)
{
    struct dg11 g;

    if (!dg11_parse(file, &g, f, w))
        return false;
    jw_object(out, key);
    put_present(out, "full_name", g.full_name);
    put_names(out, "other_names", &g.other_names);
    put_present(out, "personal_number", g.personal_number);
    put_date(out, "birth", &g.birth);
    put_present(out, "birth_place", g.birth_place);
    put_present(out, "address", g.address);
    put_present(out, "telephone", g.telephone);
    put_present(out, "profession", g.profession);
    put_present(out, "title", g.title);
    put_present(out, "summary", g.summary);
    put_place(out, "citizenship_proof", file, g.citizenship_proof);
    put_present(out, "other_documents", g.other_documents);
    put_present(out, "custody", g.custody);
    jw_object_end(out);
    return true;
}

static bool put_dg12(struct json_writer *out, const char *key, struct span file, struct findings *f,
                     struct why *w)
{
    struct dg12 g;

    if (!dg12_parse(file, &g, f, w))
        return false;
    jw_object(out, key);
    put_present(out, "authority", g.authority);
    put_date(out, "issued", &g.issued);
    put_names(out, "other_persons", &g.other_persons);
    put_present(out, "endorsements", g.endorsements);
    put_present(out, "exit_requirements", g.exit_requirements);
    put_place(out, "front", file, g.front);
    put_place(out, "rear", file, g.rear);
    if (g.personalised[0])
        jw_str(out, "personalised", g.personalised);
    put_present(out, "system", g.system);
    jw_object_end(out);
    return true;
}

static void put_security_info(struct json_writer *w, struct span file, const struct security_info *s,
                              struct findings *f)
{
    char name[SECURITY_INFO_TEXT];

    jw_object(w, NULL);
    jw_str(w, "protocol", security_info_name(s, name));
    if (s->kind != SECURITY_INFO_UNKNOWN)
        put_oid(w, "oid", s->oid);
    if (s->version)
        jw_int(w, "version", s->version);
    if (s->id != SECURITY_INFO_NO_ID)
        jw_int(w,
               s->kind == SECURITY_INFO_PACE || s->kind == SECURITY_INFO_PACE_DOMAIN ? "parameter" : "key_id",
               s->id);
    if (s->standard_domain != SECURITY_INFO_NO_ID)
        jw_int(w, "standard_domain", s->standard_domain);
    if (s->key.p)
        put_key(w, "key", file, s->key, f);
    if (s->signature.p)
        put_oid(w, "signature", s->signature);
    jw_object_end(w);
}

static void put_infos(struct json_writer *out, const char *key, struct span file,
                      const struct security_infos *s, struct findings *f)
{
    jw_array(out, key);
    for (size_t i = 0; i < s->n; i++)
        put_security_info(out, file, &s->item[i], f);
    jw_array_end(out);
}

bool put_security_infos(struct json_writer *out, const char *key, struct span set, struct findings *f,
                        struct why *w)
{
    struct security_infos s;

    if (!security_infos_parse(set, &s, f, w))
        return false;
    put_infos(out, key, set, &s, f);
    return true;
}

static bool put_dg14(struct json_writer *out, const char *key, struct span file, struct findings *f,
                     struct why *w)
{
    struct security_infos s;

    if (!security_infos_parse_dg14(file, &s, f, w))
        return false;
    jw_object(out, key);
    put_infos(out, "security_infos", file, &s, f);
    jw_object_end(out);
    return true;
}

static bool put_dg15(struct json_writer *out, const char *key, struct span file, struct findings *f,
                     struct why *w)
{
    struct dg15 g;

    if (!dg15_parse(file, &g, w))
        return false;
    jw_object(out, key);
    put_oid(out, "algorithm", g.algorithm);
    put_key(out, "key", file, g.key, f);
    jw_object_end(out);
    return true;
}

static bool put_com(struct json_writer *out, const char *key, struct span file, struct findings *f,
                    struct why *w)
{
    struct ef_com c;

    if (!ef_com_parse(file, &c, f, w))
        return false;
    jw_object(out, key);
    jw_str(out, "lds_version", c.lds_version[0] ? c.lds_version : NULL);
    jw_str(out, "unicode_version", c.unicode_version[0] ? c.unicode_version : NULL);
    jw_array(out, "data_groups");
    for (int i = 1; i <= LDS_GROUPS; i++)
        if (c.groups & 1u << i)
            jw_int(out, NULL, i);
    jw_array_end(out);
    jw_object_end(out);
    return true;
}

static bool put_dg1(struct json_writer *out, const char *key, struct span file, unix_time at, struct why *w)
{
    struct lds_file dg1;
    struct mrz m;

    if (!lds_file_parse(file, &dg1, w))
        return false;
    if (mrz_parse(dg1.mrz, at, &m, NULL))
        mrz_json(out, key, &m);
    return true;
}

bool put_data_group(struct json_writer *out, const char *key, struct span file, unix_time at,
                    struct findings *f, struct why *w)
{
    switch (file.n ? lds_number(file.p[0]) : LDS_UNKNOWN) {
    case LDS_COM:
        return put_com(out, key, file, f, w);
    case 1:
        return put_dg1(out, key, file, at, w);
    case 2:
        return put_dg2(out, key, file, f, w);
    case 11:
        return put_dg11(out, key, file, f, w);
    case 12:
        return put_dg12(out, key, file, f, w);
    case 14:
        return put_dg14(out, key, file, f, w);
    case 15:
        return put_dg15(out, key, file, f, w);
    default:
        return true;
    }
}

/* A data group alone is unsigned: what can be said is whether it is one, and what it claims. */
enum result inspect_data_group(struct inspection *in)
{
    struct lds_file file;
    char name[8], key[8];

    if (!lds_file_parse(in->bytes, &file, &in->why))
        return RESULT_MALFORMED;
    (void)snprintf(name, sizeof name, "DG%d", file.number);
    (void)snprintf(key, sizeof key, "dg%d", file.number);
    jw_str(&in->fields, "file", file.number == LDS_COM ? "EF.COM" : name);
    jw_int(&in->fields, "bytes", (int64_t)in->bytes.n);
    return put_data_group(&in->fields,
                          file.number == LDS_COM ? "com"
                          : file.number == 1     ? "mrz"
                                                 : key,
                          in->bytes, in->opt->at, in->findings, &in->why)
               ? RESULT_WELL_FORMED
               : RESULT_MALFORMED;
}

/* Not signed, as the standard has it: a hint of how to speak to the chip. */
enum result inspect_card_access(struct inspection *in)
{
    jw_str(&in->fields, "file", "EF.CardAccess");
    return put_security_infos(&in->fields, "security_infos", in->bytes, in->findings, &in->why)
               ? RESULT_WELL_FORMED
               : RESULT_MALFORMED;
}

enum result inspect_chip_directory(struct inspection *in)
{
    struct ef_dir dir;

    if (!ef_dir_parse(in->bytes, &dir, &in->why))
        return RESULT_MALFORMED;
    jw_str(&in->fields, "file", "EF.DIR");
    jw_array(&in->fields, "applications");
    for (size_t i = 0; i < dir.n; i++) {
        jw_object(&in->fields, NULL);
        jw_hex(&in->fields, "aid", dir.aid[i]);
        jw_str(&in->fields, "name", application_name(dir.aid[i]));
        jw_object_end(&in->fields);
    }
    jw_array_end(&in->fields);
    return RESULT_WELL_FORMED;
}
