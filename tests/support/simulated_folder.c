/* A simulated document in a folder: its files, AA.pem, CSCA.cer, and chip.json with what else the chip knows.
 */
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/text.h"
#include "simulated_document.h"
#include "wire/json.h"
#include "wire/json_write.h"

enum { PATH_MAX_HERE = 4096, FILE_MAX = 1 << 20 };

void sim_file_name(uint16_t id, bool master, char out[24])
{
    if (master)
        (void)snprintf(out, 24, "%s", id == 0x011c ? "CardAccess.bin" : "CardSecurity.bin");
    else if (id == 0x011d || id == 0x011e)
        (void)snprintf(out, 24, "%s", id == 0x011d ? "SOD.bin" : "COM.bin");
    else
        (void)snprintf(out, 24, "DG%d.bin", id & 0xff);
}

static FILE *at(const char *folder, const char *name, const char *mode)
{
    char path[PATH_MAX_HERE];

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return fopen(path, mode);
}

static bool write_file(const char *folder, const char *name, struct span s)
{
    FILE *f = at(folder, name, "wb");
    bool ok = f && fwrite(s.p, 1, s.n, f) == s.n;

    return (f ? fclose(f) == 0 : false) && ok;
}

static bool read_file(const char *folder, const char *name, struct arena *a, struct span *out)
{
    static uint8_t memory[FILE_MAX];
    FILE *f = at(folder, name, "rb");
    size_t n;

    if (!f)
        return false;
    n = fread(memory, 1, sizeof memory, f);
    (void)fclose(f);
    *out = arena_copy(a, span_of(memory, n));
    return true;
}

static bool save_key(const char *folder, EVP_PKEY *key)
{
    FILE *f = at(folder, "AA.pem", "wb");
    bool ok = f && PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) == 1;

    return (f ? fclose(f) == 0 : false) && ok;
}

bool sim_document_save(const struct sim_document *d, const char *folder)
{
    uint8_t memory[8192];
    struct buffer b;
    struct json_writer w;
    bool ok = true;

    (void)mkdir(folder, 0777);
    for (size_t i = 0; i < d->n_files && ok; i++) {
        char name[24];

        sim_file_name(d->file[i].id, d->file[i].master, name);
        ok = write_file(folder, name, d->file[i].bytes);
    }
    buf_init_fixed(&b, memory, sizeof memory);
    w = json_to(&b);
    jw_object(&w, NULL);
    jw_str(&w, "mrz", d->mrz);
    jw_str(&w, "mrz_information", d->mrz_information);
    jw_str(&w, "can", d->can);
    jw_bool(&w, "bac", d->bac);
    jw_bool(&w, "extended", d->extended);
    jw_int(&w, "ca_group", d->ca_group);
    jw_int(&w, "ca_id", d->ca_id);
    jw_hex(&w, "ca_key", span_of(d->ca_key, d->ca_bytes));
    jw_hex(&w, "cam_key", span_of(d->cam_key, d->cam_bytes));
    jw_object_end(&w);
    return ok && buf_ok(&b) && write_file(folder, "chip.json", buf_span(&b)) &&
           write_file(folder, "CSCA.cer", d->csca) && write_file(folder, "DS.cer", d->signer) &&
           (!d->aa || save_key(folder, d->aa));
}

static bool text(const struct json *j, const char *name, struct arena *a, char *out, size_t size)
{
    struct span s;

    if (!json_text_of(j, json_member(j, JSON_ROOT, name), a, &s) || s.n >= size)
        return false;
    if (s.n)
        memcpy(out, s.p, s.n);
    out[s.n] = 0;
    return true;
}

static bool key(const struct json *j, const char *name, struct arena *a, uint8_t out[SIM_OCTETS], size_t *n)
{
    struct span s, bytes = { NULL, 0 };

    if (!json_text_of(j, json_member(j, JSON_ROOT, name), a, &s) || (s.n && !hex_decode(s, a, &bytes)) ||
        bytes.n > SIM_OCTETS)
        return false;
    if (bytes.n)
        memcpy(out, bytes.p, bytes.n);
    *n = bytes.n;
    return true;
}

static void load_files(const char *folder, struct arena *a, struct sim_document *d)
{
    for (unsigned i = 0; i < 0x40; i++) {
        uint16_t id = (uint16_t)(0x0100 + (i & 0x1f));
        bool master = i >= 0x20;
        struct sim_file f = { id, master, { NULL, 0 } };
        char name[24];

        if (id == 0x0100 || (master ? id < 0x011c || id > 0x011d : id > 0x0110 && id < 0x011d) || id > 0x011e)
            continue;
        sim_file_name(id, master, name);
        if (read_file(folder, name, a, &f.bytes))
            d->file[d->n_files++] = f;
    }
}

bool sim_document_open(const char *folder, struct arena *a, struct sim_document *out)
{
    struct sim_document d = { 0 };
    struct span in;
    struct json j;
    int64_t group, id;
    FILE *f;

    if (!read_file(folder, "chip.json", a, &in) || !json_parse(in, a, &j, NULL) ||
        !text(&j, "mrz", a, d.mrz, sizeof d.mrz) ||
        !text(&j, "mrz_information", a, d.mrz_information, sizeof d.mrz_information) ||
        !text(&j, "can", a, d.can, sizeof d.can) ||
        !(json_boolean)(&j, json_member(&j, JSON_ROOT, "bac"), &d.bac) ||
        !(json_boolean)(&j, json_member(&j, JSON_ROOT, "extended"), &d.extended) ||
        !json_int64(&j, json_member(&j, JSON_ROOT, "ca_group"), &group) ||
        !json_int64(&j, json_member(&j, JSON_ROOT, "ca_id"), &id) ||
        !key(&j, "ca_key", a, d.ca_key, &d.ca_bytes) || !key(&j, "cam_key", a, d.cam_key, &d.cam_bytes))
        return false;
    d.ca_group = (unsigned)group;
    d.ca_id = (int)id;
    load_files(folder, a, &d);
    f = at(folder, "AA.pem", "rb");
    if (f) {
        d.aa = PEM_read_PrivateKey(f, NULL, NULL, NULL);
        (void)fclose(f);
    }
    (void)read_file(folder, "CSCA.cer", a, &d.csca);
    (void)read_file(folder, "DS.cer", a, &d.signer);
    *out = d;
    return true;
}
