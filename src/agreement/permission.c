#include "agreement/permission.h"

#include "agreement/model.h"

const char *permission_type_word(enum permission_type t)
{
    static const char *const word[] = {
        [PERMISSION_TEXT] = "text",   [PERMISSION_NUMBER] = "number",    [PERMISSION_DATE] = "date",
        [PERMISSION_STATE] = "state", [PERMISSION_YES_NO] = "yes or no", [PERMISSION_CHOICE] = "one of",
    };

    return word[t];
}

const char *permission_silence_word(enum permission_silence s)
{
    return s == SILENCE_NO_OBJECTION ? "no objection" : "objection";
}

size_t agreement_permissions(const struct agreement *a)
{
    return a->n_permissions;
}

const struct permission_kind *agreement_permission_at(const struct agreement *a, size_t i)
{
    const struct permission_block *b = a->permissions;

    for (; b && i; i--)
        b = b->next;
    return b ? &b->kind : NULL;
}

static bool is_for(const struct permission_kind *k, struct span purpose)
{
    for (size_t i = 0; i < k->n_purposes; i++)
        if (span_eq(k->purposes[i], purpose))
            return true;
    return false;
}

const struct permission_kind *agreement_permission(const struct agreement *a, struct span kind,
                                                   struct span purpose)
{
    for (const struct permission_block *b = a->permissions; b; b = b->next)
        if ((!kind.n || span_eq_str(kind, b->kind.name)) && is_for(&b->kind, purpose))
            return &b->kind;
    return NULL;
}

static const char *in_language(const struct wording *list, const char *language, const char *name)
{
    const struct wording *english = NULL;

    for (const struct wording *w = list; w && language; w = w->next) {
        if (strcmp(w->language, language) == 0)
            return w->text;
        if (strcmp(w->language, "en") == 0)
            english = w;
    }
    return english ? english->text : name;
}

const char *permission_title(const struct permission_kind *k, const char *language)
{
    return in_language(k->titles, language, k->name);
}

const char *permission_item_title(const struct permission_item *i, const char *language)
{
    return in_language(*i->titles, language, i->name);
}
