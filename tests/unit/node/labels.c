#include "vectors.h"

#include "node/labels.h"

static void words_by_language(void **state)
{
    static const struct {
        const char *what, *language, *key, *word;
    } cases[] = {
        { "a language of the table", "kk", "title", "ВИЗА" },
        { "its last column", "tr", "names", "Ad" },
        { "an empty cell", "kk", "names", NULL },
        { "a row cut short", "tr", "short", NULL },
        { "a key that is not there", "kk", "colour", NULL },
        { "a language that is not there", "xx", "title", NULL },
        { "the key's own column is no language", "key", "title", NULL },
    };
    struct span table = SPAN("# a comment\nkey\tkk\ttr\n\ntitle\tВИЗА\tVİZE\nnames\t\tAd\nshort\tx\n");
    struct labels l;
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 16);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *word;

        labels_of(table, cases[i].language, &l);
        word = label(&l, cases[i].key, &a);
        if (!word != !cases[i].word || (word && strcmp(word, cases[i].word) != 0))
            fail_msg("%s: %s", cases[i].what, word ? word : "none");
    }
    labels_of((struct span){ 0 }, "kk", &l);
    assert_null(label(&l, "title", &a));
    arena_free(&a);
}

/* The file that is shipped has every label of the sticker in every language it names. */
static void the_table_is_complete(void **state)
{
    static const char *const keys[] = { "title",  "names", "passport", "nationality", "born",
                                        "from",   "until", "entries",  "stay",        "purpose",
                                        "issued", "place", "remarks" };
    static const char *const languages[] = {
        "ar", "az", "fa", "kk", "ky", "ru", "tg", "tk", "tr", "ur", "uz"
    };
    struct labels l;
    struct arena a;
    struct span table;

    (void)state;
    arena_init(&a, 1 << 20);
    table = load_file(&a, source_path("data/stickers/labels.tsv"));
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
        labels_of(table, languages[i], &l);
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
            if (!label(&l, keys[k], &a))
                fail_msg("%s has no %s", languages[i], keys[k]);
    }
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_by_language),
        cmocka_unit_test(the_table_is_complete),
    };

    return cmocka_run_group_tests_name("labels", tests, NULL, NULL);
}
