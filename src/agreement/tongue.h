/* The reader's language: what the tools say around the agreement's own wording. */
#ifndef SERAI_AGREEMENT_TONGUE_H
#define SERAI_AGREEMENT_TONGUE_H

#include "agreement/agreement.h"

/* X(id, en, fa, ru, tr); %1 and %2 stand for what is filled in. */
/* clang-format off */
#define PHRASES(X) \
    X(EVERYONE, "everyone", "همه", "все", "herkes") \
    X(WHO, "nationals of %1 entering %2", "تابعیت: %1؛ ورود به: %2", "гражданство: %1; въезд в: %2", "vatandaşlık: %1; girilen ülke: %2") \
    X(SOME, "some nationals of %1 entering %2", "برخی اتباع %1؛ ورود به: %2", "некоторые граждане: %1; въезд в: %2", "bazı vatandaşlar: %1; girilen ülke: %2") \
    X(WHO_NATIONALS, "nationals of %1", "تابعیت: %1", "гражданство: %1", "vatandaşlık: %1") \
    X(WHO_ENTERING, "whoever enters %1", "ورود به: %1", "въезд в: %1", "girilen ülke: %1") \
    X(ANY_PARTY, "any party", "هر عضو", "любая сторона", "herhangi bir taraf") \
    X(ANOTHER_PARTY, "another party", "عضو دیگر", "другая сторона", "başka bir taraf") \
    X(ANOTHER_OF, "another of %1", "عضو دیگری از %1", "другая из %1", "şunlardan bir başkası: %1") \
    X(HOME, "their own state", "کشور خود", "своё государство", "kendi devleti") \
    X(NO_PARTY, "a state that is no party", "کشوری که عضو نیست", "государство, не являющееся стороной", "taraf olmayan bir devlet") \
    X(BUT_NOT, "but not %1", "ولی نه %1", "кроме %1", "şunlar hariç: %1") \
    X(ENTERING, "%1 entering %2", "%1 به %2", "%1 в %2", "%1, girilen: %2") \
    X(FOR, "for %1", "هدف: %1", "цель: %1", "amaç: %1") \
    X(FACT, "%1: %2", "%1: %2", "%1: %2", "%1: %2") \
    X(YES, "yes", "بله", "да", "evet") \
    X(NO, "no", "نه", "нет", "hayır") \
    X(USED, "%1 days used", "روزهای گذرانده: %1", "использовано дней: %1", "kullanılan gün: %1") \
    X(USED_BEFORE, "%1 days used, longer ago", "روزهای گذرانده در گذشتهٔ دورتر: %1", "использовано дней ранее: %1", "daha önce kullanılan gün: %1") \
    X(RANGE, "%1 to %2", "%1 تا %2", "от %1 до %2", "%1 ile %2 arası") \
    X(AT_LEAST, "at least %1", "%1 یا بیشتر", "%1 или больше", "en az %1") \
    X(AT_MOST, "at most %1", "%1 یا کمتر", "%1 или меньше", "en çok %1") \
    X(DATE_FROM, "%1 or later", "%1 یا پس از آن", "%1 или позже", "%1 veya sonrası") \
    X(DATE_TO, "%1 or earlier", "%1 یا پیش از آن", "%1 или раньше", "%1 veya öncesi") \
    X(INSTEAD, "%1 instead of %2", "اکنون: %1؛ پیش‌تر: %2", "теперь: %1; прежде: %2", "şimdi: %1; önce: %2") \
    X(ADMITTED, "admitted without limit of stay", "پذیرش بدون محدودیت مدت", "въезд без ограничения срока", "süre sınırı olmadan giriş") \
    X(PERMISSION, "admitted for the stay of the permission", "پذیرش به مدت مجوز", "въезд на срок разрешения", "izin süresi kadar giriş") \
    X(DAYS, "%1 days in any %2 days", "%1 روز در هر %2 روز", "%1 дней в любые %2 дней", "her %2 günde %1 gün") \
    X(PER_VISIT, "%1 days per visit", "%1 روز در هر سفر", "%1 дней за поездку", "ziyaret başına %1 gün") \
    X(RECOGNISED, "recognised", "به رسمیت شناخته", "признаётся", "tanınır") \
    X(RESTRICTED, "recognised with restrictions", "به رسمیت شناخته با محدودیت", "признаётся с ограничениями", "kısıtlamalarla tanınır") \
    X(NOT_RECOGNISED, "not recognised", "به رسمیت شناخته نشده", "не признаётся", "tanınmaz") \
    X(REFERRED, "an officer decides", "مأمور تصمیم می‌گیرد", "решает сотрудник", "görevli karar verir") \
    X(REFERRED_BY, "an officer decides (%1)", "مأمور تصمیم می‌گیرد (%1)", "решает сотрудник (%1)", "görevli karar verir (%1)") \
    X(ARTICLE, "article %1", "مادهٔ %1", "статья %1", "madde %1") \
    X(GAIN, "gain", "بهتر", "лучше", "kazanır") \
    X(LOSE, "lose", "بدتر", "хуже", "kaybeder") \
    X(FOR_EXAMPLE, "for example: %1", "برای نمونه: %1", "например: %1", "örneğin: %1") \
    X(NOBODY, "Nobody gains and nobody loses.", "برای هیچ‌کس چیزی عوض نمی‌شود.", "Ни для кого ничего не меняется.", "Kimse kazanmaz, kimse kaybetmez.") \
    X(WORDING, "The wording", "متن", "Текст", "Metin") \
    X(WHY, "Why", "چرا", "Почему", "Neden") \
    X(WHAT_WOULD, "What would change this", "چه چیزی آن را تغییر می‌دهد", "Что изменило бы решение", "Bunu ne değiştirirdi") \
    X(NOTHING_WOULD, "No one or two of these facts alone would change it.", "هیچ یک یا دو واقعیت به‌تنهایی آن را تغییر نمی‌دهد.", "Ни один и ни два из этих фактов сами по себе этого не изменили бы.", "Bu olgulardan hiçbiri ya da ikisi tek başına bunu değiştirmezdi.") \
    X(WITH, "with %1: %2", "با %1: %2", "если %1: %2", "%1 olursa: %2") \
    X(FEWER, "%1 days fewer of earlier stays", "%1 روز کمتر اقامت پیشین", "на %1 дней меньше прежнего пребывания", "önceki kalışlardan %1 gün eksik") \
    X(FEWER_ONE, "1 day fewer of earlier stays", "یک روز کمتر اقامت پیشین", "на 1 день меньше прежнего пребывания", "önceki kalışlardan 1 gün eksik") \
    X(AND, "%1 and %2", "%1 و %2", "%1 и %2", "%1 ve %2") \
    X(ADMIT, "Admitted.", "پذیرفته می‌شود.", "Въезд разрешён.", "Giriş kabul edilir.") \
    X(REFER, "Referred to an officer.", "به مأمور ارجاع می‌شود.", "Передано сотруднику.", "Görevliye yönlendirilir.") \
    X(STATED, "if it is stated: %1", "اگر گفته شود: %1", "если указать: %1", "belirtilirse: %1") \
    X(UNTIL, "%1 days left, until %2", "%1 روز باقی مانده، تا %2", "осталось дней: %1, до %2", "%1 gün kaldı, %2 tarihine kadar")
/* clang-format on */

enum phrase {
#define X(id, en, fa, ru, tr) PHRASE_##id,
    PHRASES(X)
#undef X
        PHRASES_N
};

/* find: the text under a name such as "fact.travel.purpose" in the reader's language, or NULL; may be NULL.
 */
struct tongue {
    const char *language;
    const char *(*find)(void *ctx, const char *name);
    void *ctx;
};

/* In the reader's language, or English. */
const char *tongue_phrase(const struct tongue *t, enum phrase p);
/* A fact's name as people say it; in English as the agreement writes it. */
const char *tongue_fact(const struct tongue *t, unsigned fact);
/* A word that a fact holds; falls back to the word itself. */
void tongue_put_word(const struct tongue *t, unsigned fact, struct span word, struct buffer *out);
/* The sentence for the code of a reason; NULL: none. */
const char *tongue_reason(const struct tongue *t, const char *code);
/* The phrase with %1 and %2 filled in; two may be NULL. */
void tongue_put(const struct tongue *t, enum phrase p, const char *one, const char *two, struct buffer *out);

#endif
