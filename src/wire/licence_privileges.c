/* The element driving_privileges (18013-5 13.4.5). */
#include "wire/licence_internal.h"

#define KEY(text)                                                                                            \
    {                                                                                                        \
        (const uint8_t *)(text), sizeof(text) - 1                                                            \
    }

static const struct span privilege_keys[] = { KEY("vehicle_category_code"), KEY("issue_date"),
                                              KEY("expiry_date"), KEY("codes") };
static const struct span code_keys[] = { KEY("code"), KEY("sign"), KEY("value") };

static uint32_t bit(enum licence_finding f)
{
    return 1u << f;
}

static size_t offset_of(const struct licence_data *l, const uint8_t *p)
{
    return l->file.n ? (size_t)(p - l->file.p) : 0;
}

/* A finding of an element, which also binds the privilege. */
static void spoil(struct licence_data *l, struct licence_privilege *p, enum licence_finding what,
                  struct span name, const uint8_t *at)
{
    licence_note(l, what, name, at, -1);
    p->findings |= bit(what);
}

static bool sign_known(struct span s)
{
    static const char *const signs[] = { "=", ">", "<", ">=", "<=", "\xe2\x89\xa5", "\xe2\x89\xa4" };

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (span_eq_str(s, signs[i]))
            return true;
    return false;
}

/* Which of the texts the next key is, n: none of them; the cursor moves behind it. */
static size_t key_of(struct cbor *c, const struct span *key, size_t n)
{
    struct span k = { NULL, 0 };
    size_t i = 0;

    if (cbor_peek(c) == CBOR_TEXT)
        k = cbor_text(c);
    else
        (void)cbor_item(c);
    while (i < n && !span_eq(k, key[i]))
        i++;
    return i;
}

/* One code: { code, ? sign, ? value }, all text. */
static void read_code(struct licence_data *l, struct licence_privilege *p, struct span name, struct span item)
{
    struct cbor c = cbor_of(item);
    struct licence_code code = { .known = false };
    struct span *const member[] = { &code.code, &code.sign, &code.value };

    for (size_t n = cbor_map(&c); n > 0 && cbor_ok(&c); n--) {
        size_t key = key_of(&c, code_keys, 3);

        if (key < 3)
            *member[key] = cbor_text(&c);
        else
            (void)cbor_item(&c);
    }
    if (!cbor_finish(&c, NULL, NULL)) {
        spoil(l, p, LICENCE_DATA_TYPE, name, item.p);
        return;
    }
    if (code.sign.n && !sign_known(code.sign))
        spoil(l, p, LICENCE_DATA_VALUE, name, item.p);
    if (code.code.n == 0)
        p->findings |= bit(LICENCE_DATA_MISSING);
    if (l->n_codes == LIMIT_LICENCE_CODES) {
        spoil(l, p, LICENCE_DATA_VALUE, name, item.p);
        return;
    }
    l->code[l->n_codes++] = code;
    p->n_codes++;
}

static void read_codes(struct licence_data *l, struct licence_privilege *p, struct span name,
                       struct span item)
{
    struct cbor c = cbor_of(item);
    size_t n = cbor_array(&c);

    if (cbor_ok(&c) && n == 0)
        spoil(l, p, LICENCE_DATA_VALUE, name, item.p);
    for (; n > 0 && cbor_ok(&c); n--) {
        struct span code = cbor_item(&c);

        if (cbor_ok(&c))
            read_code(l, p, name, code);
    }
    if (!cbor_finish(&c, NULL, NULL))
        spoil(l, p, LICENCE_DATA_TYPE, name, item.p);
}

static void read_date(struct licence_data *l, struct licence_privilege *p, struct span name, struct span item,
                      struct date *out)
{
    static const enum licence_finding finding[] = { [LICENCE_DATE_TYPE] = LICENCE_DATA_TYPE,
                                                    [LICENCE_DATE_VALUE] = LICENCE_DATA_VALUE,
                                                    [LICENCE_DATE_DATE] = LICENCE_DATA_DATE };
    enum licence_date is = licence_full_date(item, out);

    if (is != LICENCE_DATE_OK)
        spoil(l, p, finding[is], name, item.p);
}

static void read_category(struct licence_data *l, struct licence_privilege *p, struct span name,
                          struct span item)
{
    struct cbor c = cbor_of(item);
    struct span s = cbor_text(&c);

    if (cbor_finish(&c, NULL, NULL))
        p->category = s;
    else
        spoil(l, p, LICENCE_DATA_TYPE, name, item.p);
}

static void read_privilege(struct licence_data *l, struct span name, struct span item)
{
    struct licence_privilege *p = &l->privilege[l->n_privileges++];
    struct cbor c = cbor_of(item);
    bool has_category = false;

    *p = (struct licence_privilege){ .first_code = l->n_codes, .offset = offset_of(l, item.p) };
    for (size_t n = cbor_map(&c); n > 0 && cbor_ok(&c); n--) {
        size_t key = key_of(&c, privilege_keys, 4);
        struct span value = cbor_item(&c);

        if (!cbor_ok(&c))
            break;
        if (key == 0)
            read_category(l, p, name, value);
        else if (key == 1 || key == 2)
            read_date(l, p, name, value, key == 1 ? &p->from : &p->to);
        else if (key == 3)
            read_codes(l, p, name, value);
        has_category |= key == 0;
    }
    if (!cbor_finish(&c, NULL, NULL))
        spoil(l, p, LICENCE_DATA_TYPE, name, item.p);
    else if (!has_category)
        p->findings |= bit(LICENCE_DATA_MISSING);
    if (date_is_set(p->from) && date_is_set(p->to) && date_cmp(p->to, p->from) < 0)
        spoil(l, p, LICENCE_DATA_DATE, name, item.p);
}

/* More than there is room for, or the element twice: what was left out might restrict what was read. */
static void spoil_all(struct licence_data *l, struct span name, const uint8_t *at)
{
    licence_note(l, LICENCE_DATA_VALUE, name, at, -1);
    for (size_t i = 0; i < l->n_privileges; i++)
        l->privilege[i].findings |= bit(LICENCE_DATA_VALUE);
}

void licence_read_privileges(struct licence_data *l, struct span name, struct span value)
{
    struct cbor c = cbor_of(value);
    size_t n = cbor_array(&c);
    bool again = l->has_privileges;

    l->has_privileges = true;
    for (; n > 0 && cbor_ok(&c) && l->n_privileges < LIMIT_LICENCE_PRIVILEGES; n--) {
        struct span item = cbor_item(&c);

        if (cbor_ok(&c))
            read_privilege(l, name, item);
    }
    if (again || (cbor_ok(&c) && n > 0))
        spoil_all(l, name, value.p);
    else if (!cbor_finish(&c, NULL, NULL))
        licence_note(l, LICENCE_DATA_TYPE, name, value.p, -1);
}

/* --- what they mean --- */

static void judge_codes(struct licence_data *l, struct licence_privilege *p)
{
    for (size_t i = p->first_code; i < p->first_code + p->n_codes; i++) {
        struct licence_code *k = &l->code[i];

        k->known = licence_code_known(k->code, p->scheme, k->value.n > 0);
        if (!k->known && k->code.n)
            p->findings |= bit(LICENCE_CODE_UNKNOWN);
    }
}

static void judge_dates(struct licence_privilege *p, struct date today)
{
    if (date_is_set(p->from) && date_cmp(today, p->from) < 0)
        p->findings |= bit(LICENCE_PRIVILEGE_NOT_YET);
    if (date_is_set(p->to) && date_cmp(today, p->to) > 0)
        p->findings |= bit(LICENCE_PRIVILEGE_EXPIRED);
}

static struct licence_privilege *earlier(struct licence_data *l, size_t i)
{
    for (size_t k = 0; k < i && l->privilege[i].category.n; k++)
        if (span_eq(l->privilege[k].category, l->privilege[i].category))
            return &l->privilege[k];
    return NULL;
}

/* The codes of both side by side at the end of the pool; without room nobody knows the restrictions. */
static void join_codes(struct licence_data *l, struct licence_privilege *first,
                       const struct licence_privilege *p)
{
    size_t at = l->n_codes;

    if (p->n_codes == 0)
        return;
    if (first->n_codes == 0) {
        first->first_code = p->first_code;
        first->n_codes = p->n_codes;
        return;
    }
    if (LIMIT_LICENCE_CODES - at < first->n_codes + p->n_codes) {
        first->findings |= bit(LICENCE_CODE_UNKNOWN);
        return;
    }
    memmove(&l->code[at], &l->code[first->first_code], first->n_codes * sizeof *l->code);
    memmove(&l->code[at + first->n_codes], &l->code[p->first_code], p->n_codes * sizeof *l->code);
    l->n_codes += first->n_codes + p->n_codes;
    first->first_code = at;
    first->n_codes += p->n_codes;
}

static void narrow(struct licence_data *l, struct licence_privilege *first, const struct licence_privilege *p)
{
    if (date_is_set(p->from) && (!date_is_set(first->from) || date_cmp(p->from, first->from) > 0))
        first->from = p->from;
    if (date_is_set(p->to) && (!date_is_set(first->to) || date_cmp(p->to, first->to) < 0))
        first->to = p->to;
    first->findings |= p->findings & ~bit(LICENCE_CATEGORY_DUP);
    join_codes(l, first, p);
}

static void tell(struct licence_data *l, size_t i)
{
    for (enum licence_finding f = LICENCE_DATA_MISSING; f <= LICENCE_CODE_UNKNOWN; f++)
        if (l->privilege[i].findings & bit(f))
            licence_note(l, f, SPAN("driving_privileges"),
                         l->file.n ? l->file.p + l->privilege[i].offset : NULL, (int)i);
}

void licence_judge_privileges(struct licence_data *l, unix_time now)
{
    struct date today = date_of_time(now);

    for (size_t i = 0; i < l->n_privileges; i++) {
        struct licence_privilege *p = &l->privilege[i];

        if (!licence_category(p->category, l->issuing_country, &p->scheme) &&
            (p->category.n || p->findings == 0))
            p->findings |= bit(LICENCE_CATEGORY_UNKNOWN);
        judge_dates(p, today);
        judge_codes(l, p);
        if (earlier(l, i))
            p->findings |= bit(LICENCE_CATEGORY_DUP);
        tell(l, i);
    }
    for (size_t i = 1; i < l->n_privileges; i++) {
        struct licence_privilege *first = earlier(l, i);

        if (first)
            narrow(l, first, &l->privilege[i]);
    }
}

bool licence_privilege_holds(const struct licence_privilege *p)
{
    return p->category.n && (p->findings & ~bit(LICENCE_CODE_UNKNOWN)) == 0;
}

const struct licence_privilege *licence_find(const struct licence_data *l, enum licence_scheme scheme,
                                             struct span category)
{
    for (size_t i = 0; i < l->n_privileges; i++)
        if (l->privilege[i].scheme == scheme && span_eq(l->privilege[i].category, category))
            return &l->privilege[i];
    return NULL;
}
