/* Lists of travellers: which form, which column, one row handed on. */
#include "service/travel/manifest.h"

#include "base/text.h"
#include "service/travel/manifest_read.h"

static const char *const format_word[] = { "any", "csv", "json", "paxlst" };

const char *manifest_format_word(enum manifest_format f)
{
    return format_word[f];
}

bool manifest_format_from(struct span word, enum manifest_format *out)
{
    for (size_t i = 0; i < sizeof format_word / sizeof *format_word; i++)
        if (span_eq_str(word, format_word[i])) {
            *out = (enum manifest_format)i;
            return true;
        }
    return false;
}

enum manifest_format manifest_guess(struct span text)
{
    struct span head = span_sub(text, 0, 256);

    if (span_starts(head, SPAN("\xef\xbb\xbf")))
        head = span_sub(head, 3, head.n);
    while (head.n && ascii_space(head.p[0]))
        head = span_sub(head, 1, head.n);
    if (head.n && (head.p[0] == '[' || head.p[0] == '{'))
        return MANIFEST_JSON;
    if (span_starts(head, SPAN("UNA")) || span_starts(head, SPAN("UNB")) || span_starts(head, SPAN("UNH+")))
        return MANIFEST_PAXLST;
    return MANIFEST_CSV;
}

void manifest_remark(struct manifest_report *r, uint32_t at, const char *code, struct span text)
{
    struct buffer b;
    struct manifest_remark m = { .at = at, .code = code };

    buf_init_fixed(&b, m.text, sizeof m.text - 1);
    while (text.n && (text.n > sizeof m.text / 2 || utf8_valid_to(text) != text.n))
        text.n--;
    text_put_plain(&b, text);
    for (size_t i = 0; i < r->n_remarks; i++)
        if (strcmp(r->remark[i].code, code) == 0 && strcmp(r->remark[i].text, m.text) == 0)
            return;
    if (r->n_remarks == MANIFEST_REMARKS)
        r->remarks_lost++;
    else
        r->remark[r->n_remarks++] = m;
}

/* ---- what people call the columns ---- */

static const struct {
    const char *name; /* small letters, without blanks, hyphens, underscores and dots */
    enum manifest_column column;
} known[] = {
    { "documentstate", MANIFEST_ISSUER },
    { "documentissuer", MANIFEST_ISSUER },
    { "issuer", MANIFEST_ISSUER },
    { "issuingstate", MANIFEST_ISSUER },
    { "issuingcountry", MANIFEST_ISSUER },
    { "countryofissue", MANIFEST_ISSUER },
    { "passportcountry", MANIFEST_ISSUER },
    { "verenülke", MANIFEST_ISSUER },
    { "странавыдачи", MANIFEST_ISSUER },
    { "کشورصادرکننده", MANIFEST_ISSUER },
    { "documentkind", MANIFEST_KIND },
    { "documenttype", MANIFEST_KIND },
    { "doctype", MANIFEST_KIND },
    { "document", MANIFEST_KIND },
    { "belgetürü", MANIFEST_KIND },
    { "типдокумента", MANIFEST_KIND },
    { "نوعمدرک", MANIFEST_KIND },
    { "documentnumber", MANIFEST_NUMBER },
    { "documentno", MANIFEST_NUMBER },
    { "docno", MANIFEST_NUMBER },
    { "docnumber", MANIFEST_NUMBER },
    { "number", MANIFEST_NUMBER },
    { "passport", MANIFEST_NUMBER },
    { "passportno", MANIFEST_NUMBER },
    { "passportnumber", MANIFEST_NUMBER },
    { "pasaportno", MANIFEST_NUMBER },
    { "pasaportnumarası", MANIFEST_NUMBER },
    { "номерпаспорта", MANIFEST_NUMBER },
    { "номердокумента", MANIFEST_NUMBER },
    { "паспорт", MANIFEST_NUMBER },
    { "شمارهگذرنامه", MANIFEST_NUMBER },
    { "شمارهپاسپورت", MANIFEST_NUMBER },
    { "expiry", MANIFEST_EXPIRY },
    { "expirydate", MANIFEST_EXPIRY },
    { "dateofexpiry", MANIFEST_EXPIRY },
    { "expires", MANIFEST_EXPIRY },
    { "expirationdate", MANIFEST_EXPIRY },
    { "validuntil", MANIFEST_EXPIRY },
    { "geçerliliktarihi", MANIFEST_EXPIRY },
    { "срокдействия", MANIFEST_EXPIRY },
    { "действителендо", MANIFEST_EXPIRY },
    { "تاریخانقضا", MANIFEST_EXPIRY },
    { "familyname", MANIFEST_FAMILY },
    { "surname", MANIFEST_FAMILY },
    { "lastname", MANIFEST_FAMILY },
    { "family", MANIFEST_FAMILY },
    { "soyadı", MANIFEST_FAMILY },
    { "soyad", MANIFEST_FAMILY },
    { "фамилия", MANIFEST_FAMILY },
    { "نامخانوادگی", MANIFEST_FAMILY },
    { "givennames", MANIFEST_GIVEN },
    { "givenname", MANIFEST_GIVEN },
    { "firstname", MANIFEST_GIVEN },
    { "firstnames", MANIFEST_GIVEN },
    { "forenames", MANIFEST_GIVEN },
    { "forename", MANIFEST_GIVEN },
    { "adı", MANIFEST_GIVEN },
    { "имя", MANIFEST_GIVEN },
    { "نام", MANIFEST_GIVEN },
    { "name", MANIFEST_NAME },
    { "fullname", MANIFEST_NAME },
    { "adsoyad", MANIFEST_NAME },
    { "фио", MANIFEST_NAME },
    { "نامونامخانوادگی", MANIFEST_NAME },
    { "birth", MANIFEST_BIRTH },
    { "birthdate", MANIFEST_BIRTH },
    { "dateofbirth", MANIFEST_BIRTH },
    { "dob", MANIFEST_BIRTH },
    { "born", MANIFEST_BIRTH },
    { "doğumtarihi", MANIFEST_BIRTH },
    { "датарождения", MANIFEST_BIRTH },
    { "تاریختولد", MANIFEST_BIRTH },
    { "sex", MANIFEST_SEX },
    { "gender", MANIFEST_SEX },
    { "cinsiyet", MANIFEST_SEX },
    { "пол", MANIFEST_SEX },
    { "جنسیت", MANIFEST_SEX },
    { "nationality", MANIFEST_NATIONALITY },
    { "citizenship", MANIFEST_NATIONALITY },
    { "uyruk", MANIFEST_NATIONALITY },
    { "uyruğu", MANIFEST_NATIONALITY },
    { "гражданство", MANIFEST_NATIONALITY },
    { "تابعیت", MANIFEST_NATIONALITY },
    { "purpose", MANIFEST_PURPOSE },
    { "travelpurpose", MANIFEST_PURPOSE },
    { "purposeoftravel", MANIFEST_PURPOSE },
    { "amaç", MANIFEST_PURPOSE },
    { "цель", MANIFEST_PURPOSE },
    { "هدف", MANIFEST_PURPOSE },
    { "entry", MANIFEST_ENTRY },
    { "entrydate", MANIFEST_ENTRY },
    { "dateofentry", MANIFEST_ENTRY },
    { "arrival", MANIFEST_ENTRY },
    { "arrivaldate", MANIFEST_ENTRY },
    { "giriştarihi", MANIFEST_ENTRY },
    { "датавъезда", MANIFEST_ENTRY },
    { "تاریخورود", MANIFEST_ENTRY },
    { "staydays", MANIFEST_STAY },
    { "stay", MANIFEST_STAY },
    { "days", MANIFEST_STAY },
    { "lengthofstay", MANIFEST_STAY },
    { "gün", MANIFEST_STAY },
    { "дней", MANIFEST_STAY },
    { "مدتاقامت", MANIFEST_STAY },
    { "mode", MANIFEST_MODE },
    { "modeoftravel", MANIFEST_MODE },
    { "transport", MANIFEST_MODE },
    { "ulaşım", MANIFEST_MODE },
    { "транспорт", MANIFEST_MODE },
    { "post", MANIFEST_POST },
    { "borderpost", MANIFEST_POST },
    { "entrypost", MANIFEST_POST },
    { "sınırkapısı", MANIFEST_POST },
    { "пунктпропуска", MANIFEST_POST },
    { "مرز", MANIFEST_POST },
    { "from", MANIFEST_FROM },
    { "comingfrom", MANIFEST_FROM },
    { "departurecountry", MANIFEST_FROM },
    { "group", MANIFEST_GROUP },
    { "groupname", MANIFEST_GROUP },
    { "groupnumber", MANIFEST_GROUP },
    { "grup", MANIFEST_GROUP },
    { "группа", MANIFEST_GROUP },
    { "گروه", MANIFEST_GROUP },
    { "permission", MANIFEST_PERMISSION },
    { "permissionnumber", MANIFEST_PERMISSION },
    { "visa", MANIFEST_PERMISSION },
    { "visano", MANIFEST_PERMISSION },
    { "visanumber", MANIFEST_PERMISSION },
    { "vizeno", MANIFEST_PERMISSION },
    { "номервизы", MANIFEST_PERMISSION },
    { "شمارهویزا", MANIFEST_PERMISSION },
    { "شمارهروادید", MANIFEST_PERMISSION },
    { "permissionstate", MANIFEST_PERMISSION_ISSUER },
    { "permissionissuer", MANIFEST_PERMISSION_ISSUER },
    { "visaissuer", MANIFEST_PERMISSION_ISSUER },
    { "visacountry", MANIFEST_PERMISSION_ISSUER },
};

/* One character as it is compared: small where Latin, Cyrillic or Turkish has small ones; 0: left out. */
static uint32_t fold(uint32_t cp)
{
    if (cp == ' ' || cp == '-' || cp == '_' || cp == '.' || cp == '/' || cp == '(' || cp == ')' ||
        cp == '\'' || cp == '*' || cp == 0x200c || cp == 0x200d || cp == 0x2116 || cp == 0xfeff || cp == 0xa0)
        return 0;
    if (cp >= 'A' && cp <= 'Z')
        return cp + 32;
    if (cp >= 0x410 && cp <= 0x42f)
        return cp + 32;
    if (cp == 0x401 || cp == 0x451)
        return 0x435; /* Ё as Е */
    if (cp == 0x130)
        return 'i';
    if (cp == 0x64a)
        return 0x6cc; /* Arabic yeh as the Persian one */
    if (cp == 0x643)
        return 0x6a9;
    if (cp == 0xc7 || cp == 0xd6 || cp == 0xdc)
        return cp + 32;
    if (cp == 0x11e || cp == 0x15e)
        return cp + 1;
    return cp;
}

enum manifest_column manifest_column_of(struct span name)
{
    char folded[96];
    struct reader r = rd_of(name);
    struct buffer b;

    buf_init_fixed(&b, folded, sizeof folded);
    while (rd_left(&r)) {
        uint32_t cp = utf8_next(&r);

        if (cp == UTF8_BAD)
            return MANIFEST_COLUMNS_N;
        cp = fold(cp);
        if (cp)
            utf8_put(&b, cp);
    }
    for (size_t i = 0; buf_ok(&b) && i < sizeof known / sizeof *known; i++)
        if (span_eq_str(buf_span(&b), known[i].name))
            return known[i].column;
    return MANIFEST_COLUMNS_N;
}

/* ---- rows ---- */

bool manifest_give(struct manifest_reading *r, struct manifest_person *p, struct why *w)
{
    if (r->report->persons >= LIMIT_MANIFEST_PERSONS)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                       "more than %d persons: send the rest as a list of its own", LIMIT_MANIFEST_PERSONS);
    if (p->row != FAULT_SYNTAX)
        manifest_finish(p, r->s->defaults, r->today);
    r->report->persons++;
    r->report->faulty += manifest_faulty(p);
    return r->one(r->ctx, p, w);
}

bool manifest_read(const struct manifest_source *s, struct arena *a, manifest_row *one, void *ctx,
                   struct manifest_report *out, struct why *w)
{
    struct manifest_reading r = {
        .s = s, .today = date_of_time(s->now), .a = a, .one = one, .ctx = ctx, .report = out
    };
    bool ok;

    *out = (struct manifest_report){ .format = s->format };
    if (s->text.n > LIMIT_MANIFEST)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a list has at most %d bytes", LIMIT_MANIFEST);
    if (out->format == MANIFEST_ANY)
        out->format = manifest_guess(s->text);
    buf_init_fixed(&r.text, r.room, sizeof r.room);
    ok = out->format == MANIFEST_JSON     ? manifest_read_json(&r, w)
         : out->format == MANIFEST_PAXLST ? manifest_read_paxlst(&r, w)
                                          : manifest_read_csv(&r, w);
    if (ok && out->persons == 0)
        return why_set(w, "manifest", WHY_NO_OFFSET, NULL, "nobody stands in this list");
    return ok;
}
