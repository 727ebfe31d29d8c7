/* What is said to people. Persian, Russian and Turkish await a native reader. */
#include "service/licence/meaning.h"
#include "service/licence/recognise.h"

enum { LANGUAGES = LICENCE_LANGUAGES };

const char *licence_outcome_in(enum outcome o, const char *language)
{
    static const char *const words[][LANGUAGES] = {
        [OUTCOME_ADMIT] = { "admit", "پذیرفته", "допущен", "kabul" },
        [OUTCOME_REFER] = { "refer to an officer", "به مأمور ارجاع شود", "решает сотрудник",
                            "görevli karar verir" },
        [OUTCOME_RECOGNISED] = { "recognised", "به رسمیت شناخته می‌شود", "признаётся",
                                 "tanınır" },
        [OUTCOME_RESTRICTED] = { "recognised with restrictions",
                                 "با محدودیت به رسمیت شناخته می‌شود",
                                 "признаётся с ограничениями", "kısıtlamalarla tanınır" },
        [OUTCOME_NOT_RECOGNISED] = { "not recognised", "به رسمیت شناخته نمی‌شود",
                                     "не признаётся", "tanınmaz" },
    };

    return words[o][licence_language(language)];
}

const char *licence_label_in(enum licence_label l, const char *language)
{
    static const char *const words[LABELS][LANGUAGES] = {
        [LABEL_UNTIL] = { "until", "تا", "до", "son gün" },
        [LABEL_ARTICLE] = { "article", "مادهٔ", "статья", "madde" },
        [LABEL_CODES] = { "codes", "کدها", "коды", "kodlar" },
        [LABEL_MISSING] = { "not known", "نامعلوم", "неизвестно", "bilinmiyor" },
    };

    return words[l][licence_language(language)];
}

const char *licence_reason_in(const char *code, const char *language)
{
    static const struct {
        const char *code, *text[LANGUAGES];
    } rows[] = {
        { "restricted",
          { "The codes of the category restrict it here too.",
            "کدهای رده اینجا هم آن را محدود می‌کنند.",
            "Коды категории ограничивают её и здесь.", "Sınıfın kodları onu burada da kısıtlar." } },
        { "category-unknown",
          { "The category is not known here: it grants nothing.",
            "این رده اینجا شناخته نیست و حقی نمی‌دهد.",
            "Категория здесь неизвестна и не даёт прав.", "Sınıf burada bilinmiyor ve hak vermez." } },
        { "not-listed",
          { "The agreement does not list this category.",
            "این رده در موافقت‌نامه نیامده است.",
            "Соглашение не перечисляет эту категорию.", "Anlaşma bu sınıfı saymıyor." } },
        { "condition-not-met",
          { "A condition of the agreement is not met.",
            "شرطی از موافقت‌نامه برآورده نشده است.",
            "Условие соглашения не выполнено.", "Anlaşmanın bir koşulu yerine gelmemiştir." } },
        { "excepted",
          { "An exception of the agreement applies.",
            "استثنایی از موافقت‌نامه صدق می‌کند.",
            "Применяется исключение из соглашения.", "Anlaşmanın bir istisnası geçerlidir." } },
        { "reserved",
          { "The member has made a reservation.", "این عضو حق شرط دارد.", "Сторона сделала оговорку.",
            "Taraf çekince koymuştur." } },
        { "not-a-party",
          { "The state is no party to the agreement.",
            "این کشور عضو موافقت‌نامه نیست.",
            "Государство не является стороной соглашения.", "Devlet anlaşmaya taraf değildir." } },
        { "not-bound",
          { "The article is not in force for a State of this case.",
            "این ماده برای یکی از دولت‌های مربوط لازم‌الاجرا "
            "نیست.",
            "Статья не действует для одного из государств.",
            "Madde ilgili devletlerden biri için yürürlükte değildir." } },
        { "licence-not-begun",
          { "The category is not valid yet.", "اعتبار این رده آغاز نشده است.", "Категория ещё не действует.",
            "Sınıf henüz geçerli değil." } },
        { "licence-expired",
          { "The licence or the category has expired.", "اعتبار گواهینامه یا رده پایان یافته است.",
            "Срок действия удостоверения или категории истёк.", "Belgenin veya sınıfın süresi dolmuş." } },
        { "residence-term",
          { "The time for which the licence is recognised after entry or taking residence is over.",
            "مهلت به رسمیت شناختن پس از ورود یا اقامت پایان یافته است.",
            "Срок признания после въезда или начала проживания истёк.",
            "Giriş veya ikametten sonraki tanıma süresi bitmiştir." } },
        { "too-young",
          { "The driver is too young for this category here.", "سن راننده برای این رده در اینجا کافی نیست.",
            "Водитель слишком молод для этой категории здесь.",
            "Sürücünün yaşı bu sınıf için burada yetersiz." } },
        { "missing-fact",
          { "Something that the agreement turns on is not known.",
            "چیزی که تصمیم به آن بستگی دارد معلوم نیست.", "Неизвестно то, от чего зависит решение.",
            "Kararın bağlı olduğu bir bilgi eksik." } },
        { "unknown-word",
          { "A word of the licence is not known to the agreement.",
            "واژه‌ای از گواهینامه برای موافقت‌نامه شناخته نیست.",
            "Слово из удостоверения соглашению неизвестно.", "Belgedeki bir sözcük anlaşmada bilinmiyor." } },
        { "not-in-force",
          { "The agreement is not in force on this day.",
            "موافقت‌نامه در این روز لازم‌الاجرا نیست.",
            "В этот день соглашение не действует.", "Anlaşma bu günde yürürlükte değil." } },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].code, code) == 0)
            return rows[i].text[licence_language(language)];
    return NULL;
}
