/* What OFAC writes of a person or a ship in words: remarks of sdn.csv and sdn.xml, kinds of documents. */
#include <stdio.h>
#include <strings.h>

#include "base/text.h"
#include "service/notice/list_reader.h"

static const struct {
    const char *kind, *property; /* what the kind begins with */
} documents[] = {
    { "Passport", "passportNumber" },
    { "Stateless Person Passport", "passportNumber" },
    { "Diplomatic Passport", "passportNumber" },
    { "SWIFT/BIC", "swiftBic" },
    { "BIK (RU)", "bikCode" },
    { "Legal Entity Number", "leiCode" },
    { "LEI", "leiCode" },
    { "Registration Number", "registrationNumber" },
    { "Company Number", "registrationNumber" },
    { "Business Registration", "registrationNumber" },
    { "Business Number", "registrationNumber" },
    { "Commercial Registry", "registrationNumber" },
    { "Registered Charity No", "registrationNumber" },
    { "Registration ID", "registrationNumber" },
    { "Public Registration Number", "registrationNumber" },
    { "Government Gazette Number", "registrationNumber" },
    { "Enterprise Number", "registrationNumber" },
    { "Unified Social Credit Code", "uscCode" },
    { "Tax ID No", "taxNumber" },
    { "RIF", "taxNumber" },
    { "R.F.C", "taxNumber" },
    { "NIT", "taxNumber" },
    { "RUC", "taxNumber" },
    { "Italian Fiscal Code", "taxNumber" },
    { "V.A.T. Number", "vatCode" },
    { "Vessel Registration Identification", "imoNumber" },
    { "MMSI", "mmsi" },
    { "Aircraft Manufacturer's Serial Number", "serialNumber" },
    { "Aircraft Tail Number", "registrationNumber" },
    { "Aircraft Construction Number", "serialNumber" },
    { "D-U-N-S Number", "dunsCode" },
    { "Digital Currency Address", "publicKey" },
    { "SSN", "socialSecurityNumber" },
    { "Email Address", "email" },
    { "Website", "website" },
    { "Phone Number", "phone" },
};

static bool begins(struct span s, const char *word)
{
    size_t n = strlen(word);

    return s.n >= n && strncasecmp((const char *)s.p, word, n) == 0;
}

static const char *property_of(struct span kind)
{
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++)
        if (begins(kind, documents[i].kind))
            return documents[i].property;
    return NULL;
}

static bool put_sex(struct list_draft *d, struct span s)
{
    bool male = begins(s, "Male"), female = begins(s, "Female");

    if (male || female)
        (void)list_draft_put(d, "gender", male ? SPAN("male") : SPAN("female"));
    return male || female;
}

void list_ofac_document(struct list_draft *d, struct span kind, struct span number, struct span country)
{
    const char *property = property_of(kind);
    struct list_value *v;

    if (begins(kind, "Gender") && put_sex(d, number))
        return;
    if (begins(kind, "Secondary sanctions risk") || begins(kind, "Additional Sanctions Information")) {
        list_draft_put(d, "notes", number)->kind = kind;
        return;
    }
    if (begins(number, "IMO "))
        number = span_sub(number, 4, number.n);
    v = list_draft_put(d, property ? property : "idNumber", number);
    v->kind = kind;
    v->country = list_country(d->countries, country);
}

/* "Passport A123 (Iran) expires …": number, country. The kind's words end where a word holds a digit. */
static bool put_numbered(struct list_draft *d, struct span s)
{
    size_t open = 0, number = 0, end;
    struct span kind, country = { NULL, 0 };

    while (open < s.n && s.p[open] != '(')
        open++;
    for (size_t i = 0; i < open && !number; i++) {
        size_t word = i;
        bool digit = false;

        for (; i < open && s.p[i] != ' '; i++)
            digit = digit || ascii_digit(s.p[i]);
        number = digit && word ? word : 0;
    }
    kind = text_trim(span_sub(s, 0, number ? number : open));
    if (!number ||
        !(property_of(kind) || begins(kind, "National ID") || begins(kind, "Identification Number") ||
          begins(kind, "Cedula") || begins(kind, "C.U.R.P") || begins(kind, "Driver's License")))
        return false;
    for (end = number; end < open && s.p[end] != ' ';)
        end++;
    if (begins(span_sub(s, number, s.n), "IMO "))
        while (end + 1 < open && s.p[++end] != ' ')
            ;
    for (size_t i = open; i < s.n && !country.n; i++)
        if (s.p[i] == ')')
            country = span_sub(s, open + 1, i);
    list_ofac_document(d, kind, text_trim(span_sub(s, number, end)), country);
    return true;
}

/* a.k.a. in quotes are what OFAC holds to be weak ones (FAQ 122). */
static bool put_quoted(struct list_draft *d, struct span s)
{
    size_t from = 0, to = s.n;

    if (!begins(s, "a.k.a.") && !begins(s, "f.k.a.") && !begins(s, "nickname"))
        return false;
    while (from < s.n && s.p[from] != '\'' && s.p[from] != '"')
        from++;
    while (to > from && s.p[to - 1] != '\'' && s.p[to - 1] != '"')
        to--;
    if (to < from + 3)
        return false;
    list_draft_put(d, "weakAlias", span_sub(s, from + 1, to - 1))->weak = true;
    return true;
}

static struct span behind(struct span s, size_t n)
{
    return text_trim(span_sub(s, n, s.n));
}

static void put_remark(struct list_draft *d, struct span s)
{
    if (begins(s, "alt. "))
        s = behind(s, 5);
    if (begins(s, "DOB "))
        (void)list_draft_date(d, "birthDate", behind(s, 4));
    else if (begins(s, "POB "))
        (void)list_draft_put(d, "birthPlace", behind(s, 4));
    else if (begins(s, "nationality "))
        (void)list_draft_country(d, "nationality", behind(s, 12));
    else if (begins(s, "citizen "))
        (void)list_draft_country(d, "nationality", behind(s, 8));
    else if (begins(s, "Gender ") && put_sex(d, behind(s, 7)))
        return;
    else if (!put_numbered(d, s) && !put_quoted(d, s))
        (void)list_draft_put(d, "notes", s);
}

void list_ofac_remarks(struct list_draft *d, struct span remarks)
{
    struct span one;

    while (text_split(&remarks, ';', &one)) {
        one = text_trim(one);
        while (one.n && one.p[one.n - 1] == '.' && !remarks.n)
            one.n--;
        if (one.n && !span_eq_str(one, "-0-"))
            put_remark(d, one);
    }
}
