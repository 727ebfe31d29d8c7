#include "check/hit_words.h"

#include "base/text.h"

enum hit_language hit_language_of(struct span s)
{
    static const char *const code[] = { "en", "fa", "ru", "tr" };

    for (unsigned i = 0; i < HIT_LANGUAGES; i++)
        if (s.n >= 2 && memcmp(s.p, code[i], 2) == 0)
            return (enum hit_language)i;
    return HIT_EN;
}

struct said {
    const char *word, *in[HIT_LANGUAGES];
};

static const struct said rules[] = {
    [RULE_SAME] = { "same", { "the same letters", "همان حروف", "те же буквы", "aynı harfler" } },
    [RULE_VARIANT] = { "variant",
                       { "another spelling of the same name", "املای دیگری از همان نام",
                         "другое написание того же имени", "aynı adın başka yazılışı" } },
    [RULE_SCRIPT] = { "script",
                      { "the same name in another script", "همان نام به خطی دیگر", "то же имя другим письмом",
                        "aynı ad başka yazıyla" } },
    [RULE_INITIAL] = { "initial",
                       { "an initial that fits", "حرف آغازین مطابق", "подходящий инициал",
                         "uyan baş harf" } },
    [RULE_TYPO] = { "typo",
                    { "nearly the same letters", "حروف تقریباً یکسان", "почти те же буквы",
                      "neredeyse aynı harfler" } },
};

static const struct said agreements[] = {
    [NAMES_ABSENT] = { "unknown", { "not known", "نامعلوم", "неизвестно", "bilinmiyor" } },
    [NAMES_AGREES] = { "agrees", { "agrees", "مطابق است", "совпадает", "uyuyor" } },
    [NAMES_NEAR] = { "near", { "nearly agrees", "تقریباً مطابق است", "почти совпадает", "neredeyse uyuyor" } },
    [NAMES_DIFFERS] = { "differs", { "differs", "متفاوت است", "не совпадает", "uymuyor" } },
};

static const char *const advice[][HIT_LANGUAGES] = {
    [HIT_ADVICE_COMPARE] = { "A lead. Compare with the person and the document, then close it with a reason.",
                             "این یک سرنخ است. با شخص و سند مقایسه کنید و سپس با ذکر دلیل ببندید.",
                             "Это указание. Сравните с лицом и документом и закройте, указав причину.",
                             "Bu bir ipucudur. Kişi ve belgeyle karşılaştırın, sonra gerekçesiyle kapatın." },
    [HIT_ADVICE_PROTECT] = { "For protection, never for arrest: lead the person to the desk for protection.",
                             "برای حمایت است، هرگز برای بازداشت: شخص را به میز حمایت راهنمایی کنید.",
                             "Для защиты, никогда для задержания: проводите человека к пункту защиты.",
                             "Koruma içindir, asla tutuklama için değil: kişiyi koruma masasına götürün." },
    [HIT_ADVICE_FLAGGED] = { "This member does not do what is asked on its territory. Ask the owner.",
                             "این عضو در قلمرو خود به این درخواست عمل "
                             "نمی‌کند. "
                             "از "
                             "مالک "
                             "بپرسید.",
                             "На своей территории этот участник не выполняет запрошенное. Спросите "
                             "владельца.",
                             "Bu üye istenileni kendi topraklarında yapmaz. Sahibine sorun." },
    [HIT_ADVICE_SUSPENDED] = { "Suspended. Do not act, ask the owner.",
                               "معلق است. اقدام نکنید، از مالک بپرسید.",
                               "Приостановлено. Не действуйте, спросите владельца.",
                               "Askıda. İşlem yapmayın, sahibine sorun." },
    [HIT_ADVICE_GONE] = { "No longer in force. Do not act; close it as no match.",
                          "دیگر معتبر نیست. اقدام نکنید؛ به عنوان عدم تطابق ببندید.",
                          "Больше не действует. Не действуйте; закройте как несовпадение.",
                          "Artık yürürlükte değil. İşlem yapmayın; eşleşme yok diye kapatın." },
};

const char *hit_rule_word(enum names_rule r)
{
    return rules[r].word;
}

const char *hit_rule_says(enum names_rule r, enum hit_language l)
{
    return rules[r].in[l];
}

const char *hit_agreement_word(enum names_agreement a)
{
    return agreements[a].word;
}

const char *hit_agreement_says(enum names_agreement a, enum hit_language l)
{
    return agreements[a].in[l];
}

const char *hit_advice_says(enum hit_advice a, enum hit_language l)
{
    return advice[a][l];
}

/* ---- scripts ---- */

/* As Russian newspapers write foreign names; the longest first. */
static const struct {
    const char *latin, *cyrillic;
} pieces[] = {
    { "shch", "щ" }, { "zh", "ж" },  { "kh", "х" }, { "ts", "ц" }, { "ch", "ч" }, { "sh", "ш" },
    { "gh", "г" },   { "ya", "я" },  { "yu", "ю" }, { "yo", "ё" }, { "ye", "е" }, { "ph", "ф" },
    { "ce", "се" },  { "ci", "си" }, { "a", "а" },  { "b", "б" },  { "c", "к" },  { "d", "д" },
    { "e", "е" },    { "f", "ф" },   { "g", "г" },  { "h", "х" },  { "i", "и" },  { "j", "дж" },
    { "k", "к" },    { "l", "л" },   { "m", "м" },  { "n", "н" },  { "o", "о" },  { "p", "п" },
    { "q", "к" },    { "r", "р" },   { "s", "с" },  { "t", "т" },  { "u", "у" },  { "v", "в" },
    { "w", "в" },    { "x", "кс" },  { "y", "й" },  { "z", "з" },
};

static void put_in_cyrillic(const char *form, size_t n, struct buffer *b)
{
    for (size_t at = 0; at < n;) {
        size_t took = 0;

        if (at == 0 && form[0] == 'e') {
            buf_str(b, "э");
            at++;
            continue;
        }
        for (size_t i = 0; i < sizeof pieces / sizeof *pieces && !took; i++) {
            size_t m = strlen(pieces[i].latin);

            if (m <= n - at && memcmp(form + at, pieces[i].latin, m) == 0) {
                buf_str(b, pieces[i].cyrillic);
                took = m;
            }
        }
        at += took ? took : 1;
    }
}

void hit_put_word(const struct names_word *w, struct buffer *b)
{
    for (size_t i = 0; i < w->n; i++)
        utf8_put(b, w->letter[i]);
}

void hit_put_latin(const struct names_name *n, struct buffer *b)
{
    for (size_t i = 0; i < n->n; i++) {
        if (i)
            buf_u8(b, ' ');
        buf_put(b, span_of(n->word[i].form, n->word[i].n_form));
    }
}

void hit_put_cyrillic(const struct names_name *n, struct buffer *b)
{
    for (size_t i = 0; i < n->n; i++) {
        if (i)
            buf_u8(b, ' ');
        if (n->word[i].script == NAMES_CYRILLIC)
            hit_put_word(&n->word[i], b);
        else
            put_in_cyrillic(n->word[i].form, n->word[i].n_form, b);
    }
}

const char *hit_script_word(const struct names_name *n)
{
    static const char *const word[] = { "Latin", "Arabic", "Cyrillic" };
    size_t count[3] = { 0 }, best = 0;

    for (size_t i = 0; i < n->n; i++)
        count[n->word[i].script]++;
    for (size_t i = 1; i < 3; i++)
        if (count[i] > count[best])
            best = i;
    return word[best];
}
