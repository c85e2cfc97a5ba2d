/*
 * rules.c - the policy file, read and written.
 *
 * Each directive is a row of the table below: its name, how it is read and how it is written, so
 * that a new one cannot be forgotten on either side. A file is read by one pass over its lines; the
 * arrays that lines add to are as long as the file has lines, which is always enough.
 */
#include "policy/rules.h"

#include <stdio.h>

#include "sms/nanp.h"

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)
#define DAY_MINUTES 1440
#define COUNT_MOST INT64_C(1000000000)
#define TEXT_BYTES_MOST 1600
#define WORD_BYTES_MOST 64
#define WINDOW_DAYS_MOST 3660

struct reader {
    struct str rest; /* of the line */
    struct arena *arena;
    struct policy_rules *rules;
    struct rules_hours *open; /* the lists of this file, longer than needed */
    struct local_day *closed;
    struct rules_word *words;
    struct rules_expect *expects;
    int line;
};

struct directive {
    const char *name;
    bool (*read)(struct reader *r, const struct directive *d, struct err *err);
    void (*write)(const struct directive *d, const struct policy_rules *rules, struct buf *out);
    size_t offset; /* of the struct str or struct rules_limit, where one reader serves several */
};

/* ---- Tokens ---- */

static void skip_blanks(struct reader *r)
{
    r->rest = str_trim(r->rest);
    if (r->rest.len > 0 && r->rest.ptr[0] == '#')
        r->rest = (struct str){ 0 };
}

/* The next word, or a comma by itself; false at the end and before a quoted text. */
static bool next_word(struct reader *r, struct str *ret)
{
    size_t len = 0;

    skip_blanks(r);
    while (len < r->rest.len && !strchr(" \t\v\f\r\n,\"", r->rest.ptr[len]))
        len++;
    if (len == 0 && r->rest.len > 0 && r->rest.ptr[0] == ',')
        len = 1;
    *ret = str_slice(r->rest, 0, len);
    r->rest = str_slice(r->rest, len, r->rest.len);
    return len > 0;
}

/* Step over `word` if it comes next. */
static bool take_word(struct reader *r, const char *word)
{
    struct str before = r->rest, next;

    if (next_word(r, &next) && str_is(next, word))
        return true;
    r->rest = before;
    return false;
}

static bool need_word(struct reader *r, const char *word, struct err *err)
{
    return take_word(r, word) || err_set(err, ERR_INVALID, "\"%s\" is missing", word);
}

static bool read_end(struct reader *r, struct err *err)
{
    skip_blanks(r);
    return r->rest.len == 0 ||
           err_set(err, ERR_INVALID, "there is more than fits: %.*s", STR_ARGS(r->rest));
}

/* The byte behind a backslash; false when there is no such escape. */
static bool unescape(char c, char *ret)
{
    *ret = c == 'n' ? '\n' : c;
    return c == 'n' || c == '"' || c == '\\';
}

/* A text between quotes. */
static bool read_text(struct reader *r, size_t bytes_max, struct str *ret, struct err *err)
{
    char *text;
    size_t n = 0, i = 1;

    skip_blanks(r);
    if (r->rest.len == 0 || r->rest.ptr[0] != '"')
        return err_set(err, ERR_INVALID, "a text in quotes is missing");
    text = arena_alloc(r->arena, r->rest.len);
    for (; i < r->rest.len && r->rest.ptr[i] != '"'; i++) {
        char c = r->rest.ptr[i];

        if (c == '\\' && (++i == r->rest.len || !unescape(r->rest.ptr[i], &c)))
            return err_set(err, ERR_INVALID, "a backslash goes before \", \\ or n only");
        if ((unsigned char)c < ' ' && c != '\n')
            return err_set(err, ERR_INVALID, "a text holds a control character");
        text[n++] = c;
    }
    if (i >= r->rest.len)
        return err_set(err, ERR_INVALID, "the quote at the end of the text is missing");
    if (n > bytes_max)
        return err_set(err, ERR_INVALID, "the text is longer than %zu bytes", bytes_max);
    r->rest = str_slice(r->rest, i + 1, r->rest.len);
    *ret = str_make(text, n);
    return true;
}

static void write_text(struct buf *out, struct str text)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '"' || c == '\\' || c == '\n')
            buf_add_char(out, '\\');
        buf_add_char(out, c == '\n' ? 'n' : c);
    }
    buf_add_char(out, '"');
}

static bool read_count(struct reader *r, int64_t most, int64_t *ret, struct err *err)
{
    struct str word;
    int64_t count;

    if (!next_word(r, &word))
        return err_set(err, ERR_INVALID, "a number is missing");
    if (!str_to_int(word, &count) || count < 0 || count > most)
        return err_set(err, ERR_INVALID, "\"%.*s\" is not a number from 0 to %lld", STR_ARGS(word),
                       (long long)most);
    *ret = count;
    return true;
}

/* "0.0079" in millionths. */
static bool read_money(struct reader *r, int64_t *ret, struct err *err)
{
    struct str word, whole, part;
    int64_t units = 0, micros = 0, scale = 1000000;
    bool fits;

    if (!next_word(r, &word))
        return err_set(err, ERR_INVALID, "an amount is missing");
    part = word;
    fits = str_cut(&part, '.', &whole) && str_to_int(whole, &units) && units >= 0 &&
           units <= COUNT_MOST && whole.ptr[0] != '+' && part.len <= 6 &&
           (part.len > 0 || str_find_char(word, '.') < 0);
    for (size_t i = 0; fits && i < part.len; i++) {
        fits = part.ptr[i] >= '0' && part.ptr[i] <= '9';
        scale /= 10;
        micros += (part.ptr[i] - '0') * scale;
    }
    if (!fits)
        return err_set(err, ERR_INVALID, "\"%.*s\" is not an amount such as 5.00", STR_ARGS(word));
    *ret = units * 1000000 + micros;
    return true;
}

static void write_money(struct buf *out, int64_t micros)
{
    char part[8];
    size_t len = 6;

    snprintf(part, sizeof(part), "%06d", (int)(micros % 1000000));
    while (len > 2 && part[len - 1] == '0')
        len--;
    buf_addf(out, "%lld.%.*s", (long long)(micros / 1000000), (int)len, part);
}

static const struct {
    char letter;
    const char *word;
    int64_t ms;
} units[] = { { 'd', "day", DAY_MS },
              { 'h', "hour", HOUR_MS },
              { 'm', "minute", MINUTE_MS },
              { 's', "second", SECOND_MS } };

/* "90s", "day". */
static bool read_duration(struct reader *r, int64_t *ret, struct err *err)
{
    struct str word;
    int64_t count;

    if (!next_word(r, &word))
        return err_set(err, ERR_INVALID, "a time such as 30m or 1d is missing");
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        bool named = str_is(word, units[i].word);

        if (named || (word.ptr[word.len - 1] == units[i].letter &&
                      str_to_int(str_slice(word, 0, word.len - 1), &count))) {
            count = named ? 1 : count;
            if (count < 1 || count > WINDOW_DAYS_MOST * DAY_MS / units[i].ms)
                break;
            *ret = count * units[i].ms;
            return true;
        }
    }
    return err_set(err, ERR_INVALID, "\"%.*s\" is not a time such as 10s, 5m, 1h or 1d",
                   STR_ARGS(word));
}

static void write_duration(struct buf *out, int64_t ms)
{
    size_t i = 0;

    while (i + 1 < ARRAY_LEN(units) && ms % units[i].ms != 0)
        i++;
    buf_addf(out, "%lld%c", (long long)(ms / units[i].ms), units[i].letter);
}

/* "09:00"; 24:00 is the end of the day. */
static bool parse_clock(struct str word, int *ret)
{
    struct str hours;
    int64_t h, m;

    if (word.len != 5 || word.ptr[2] != ':' || !str_cut(&word, ':', &hours) ||
        !str_to_int(hours, &h) || !str_to_int(word, &m) || hours.ptr[0] == '+' ||
        word.ptr[0] == '+' || h < 0 || m < 0 || m > 59 || h * 60 + m > DAY_MINUTES)
        return false;
    *ret = (int)(h * 60 + m);
    return true;
}

/* "21:00-09:00"; an end before the start is on the next day. */
static bool parse_range(struct str word, int *ret_from, int *ret_to, struct err *err)
{
    struct str first, second = word;
    int from, to;

    if (!str_cut(&second, '-', &first) || !parse_clock(first, &from) || !parse_clock(second, &to) ||
        from == to || from == DAY_MINUTES)
        return err_set(err, ERR_INVALID, "\"%.*s\" is not a range such as 09:00-17:00",
                       STR_ARGS(word));
    *ret_from = from;
    *ret_to = to > from ? to : to + DAY_MINUTES;
    return true;
}

static void write_range(struct buf *out, int from, int to)
{
    int end = to > DAY_MINUTES ? to - DAY_MINUTES : to;

    buf_addf(out, "%02d:%02d-%02d:%02d", from / 60, from % 60, end / 60, end % 60);
}

/* "2026-12-25" */
static bool parse_date(struct str word, struct local_day *ret)
{
    int64_t year, month, day;

    return word.len == 10 && word.ptr[4] == '-' && word.ptr[7] == '-' &&
           str_to_int(str_slice(word, 0, 4), &year) && str_to_int(str_slice(word, 5, 2), &month) &&
           str_to_int(str_slice(word, 8, 2), &day) && month > 0 && day > 0 &&
           day_make((int)year, (int)month, (int)day, ret);
}

static void write_date(struct buf *out, struct local_day day)
{
    buf_addf(out, "%04d-%02d-%02d", day.year, day.month, day.day);
}

static bool read_choice(struct reader *r, const char *const *names, size_t count, int *ret,
                        struct err *err)
{
    CLEANUP(buf_release) struct buf list = { 0 };
    struct str word;

    if (next_word(r, &word)) {
        for (size_t i = 0; i < count; i++) {
            if (str_is(word, names[i])) {
                *ret = (int)i;
                return true;
            }
        }
    }
    for (size_t i = 0; i < count; i++)
        buf_addf(&list, "%s%s", i == 0 ? "" : i + 1 < count ? ", " : " or ", names[i]);
    return word.len == 0
               ? err_set(err, ERR_INVALID, "%s is missing", buf_text(&list))
               : err_set(err, ERR_INVALID, "\"%.*s\" is not %s", STR_ARGS(word), buf_text(&list));
}

/* ---- Directives that share a reader ---- */

static struct str *text_of(const struct directive *d, const struct policy_rules *rules)
{
    return (struct str *)((char *)rules + d->offset);
}

static struct rules_limit *limit_of(const struct directive *d, const struct policy_rules *rules)
{
    return (struct rules_limit *)((char *)rules + d->offset);
}

static bool text_read(struct reader *r, const struct directive *d, struct err *err)
{
    struct str *text = text_of(d, r->rules);

    if (take_word(r, "none")) {
        *text = (struct str){ 0 };
        return true;
    }
    return read_text(r, TEXT_BYTES_MOST, text, err);
}

static void write_text_or_none(struct buf *out, struct str text)
{
    if (text.len > 0)
        write_text(out, text);
    else
        buf_add_text(out, "none");
}

static void text_write(const struct directive *d, const struct policy_rules *rules, struct buf *out)
{
    buf_addf(out, "%s ", d->name);
    write_text_or_none(out, *text_of(d, rules));
    buf_add_char(out, '\n');
}

/* "N per TIME" behind an optional "at most". */
static bool read_limit(struct reader *r, int64_t most, struct rules_limit *ret, struct err *err)
{
    struct rules_limit limit;

    if (take_word(r, "at") && !need_word(r, "most", err))
        return false;
    if (!read_count(r, most, &limit.most, err) || !need_word(r, "per", err) ||
        !read_duration(r, &limit.window_ms, err))
        return false;
    *ret = limit;
    return true;
}

static bool limit_read(struct reader *r, const struct directive *d, struct err *err)
{
    if (take_word(r, "none")) {
        limit_of(d, r->rules)->most = RULES_NO_LIMIT;
        return true;
    }
    return read_limit(r, COUNT_MOST, limit_of(d, r->rules), err);
}

static void write_limit(struct buf *out, struct rules_limit limit)
{
    buf_addf(out, "%lld per ", (long long)limit.most);
    write_duration(out, limit.window_ms);
}

static void limit_write(const struct directive *d, const struct policy_rules *rules,
                        struct buf *out)
{
    buf_addf(out, "%s ", d->name);
    if (limit_of(d, rules)->most == RULES_NO_LIMIT)
        buf_add_text(out, "none");
    else
        write_limit(out, *limit_of(d, rules));
    buf_add_char(out, '\n');
}

/* ---- Directives of their own ---- */

static const char *const revocations[] = { "stop", "confirm", "flag" };

static bool revocation_read(struct reader *r, const struct directive *d, struct err *err)
{
    int choice;

    (void)d;
    if (!read_choice(r, revocations, ARRAY_LEN(revocations), &choice, err))
        return false;
    r->rules->revocation = (enum rules_revocation)choice;
    return true;
}

static void revocation_write(const struct directive *d, const struct policy_rules *rules,
                             struct buf *out)
{
    buf_addf(out, "%s %s\n", d->name, revocations[rules->revocation]);
}

static bool answers_read(struct reader *r, const struct directive *d, struct err *err)
{
    (void)d;
    return read_limit(r, RECENT_ANSWERS_MOST, &r->rules->answers, err);
}

static const char *const budgets[] = { "segments", "messages", "money" };

static bool budget_read(struct reader *r, const struct directive *d, struct err *err)
{
    struct policy_rules *rules = r->rules;
    struct rules_limit limit = { RULES_NO_LIMIT, DAY_MS };
    int kind;

    (void)d;
    if (!read_choice(r, budgets, ARRAY_LEN(budgets), &kind, err))
        return false;
    if (!take_word(r, "none")) {
        bool known = kind == 2 ? read_money(r, &limit.most, err)
                               : read_count(r, COUNT_MOST, &limit.most, err);

        if (!known || !need_word(r, "per", err) || !read_duration(r, &limit.window_ms, err))
            return false;
    }
    if (kind == 0)
        rules->budget_segments = limit;
    else if (kind == 1)
        rules->budget_messages = limit;
    else
        rules->budget_money = limit;
    return true;
}

static void budget_write(const struct directive *d, const struct policy_rules *rules,
                         struct buf *out)
{
    const struct rules_limit limits[] = { rules->budget_segments, rules->budget_messages,
                                          rules->budget_money };

    for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
        buf_addf(out, "%s %s ", d->name, budgets[i]);
        if (limits[i].most == RULES_NO_LIMIT) {
            buf_add_text(out, "none");
        } else if (i == 2) {
            write_money(out, limits[i].most);
            buf_add_text(out, " per ");
            write_duration(out, limits[i].window_ms);
        } else {
            write_limit(out, limits[i]);
        }
        buf_add_char(out, '\n');
    }
}

static bool price_read(struct reader *r, const struct directive *d, struct err *err)
{
    (void)d;
    return read_money(r, &r->rules->price_micros, err);
}

static void price_write(const struct directive *d, const struct policy_rules *rules,
                        struct buf *out)
{
    buf_addf(out, "%s ", d->name);
    write_money(out, rules->price_micros);
    buf_add_char(out, '\n');
}

static unsigned country_bit(struct str code)
{
    return (unsigned)(code.ptr[0] - 'A') * 26 + (unsigned)(code.ptr[1] - 'A');
}

static bool countries_read(struct reader *r, const struct directive *d, struct err *err)
{
    struct policy_rules *rules = r->rules;
    struct str code;

    (void)d;
    memset(rules->country_bits, 0, sizeof(rules->country_bits));
    rules->countries = take_word(r, "own")   ? RULES_COUNTRIES_OWN
                       : take_word(r, "all") ? RULES_COUNTRIES_ALL
                                             : RULES_COUNTRIES_LISTED;
    if (rules->countries != RULES_COUNTRIES_LISTED)
        return true;
    if (!next_word(r, &code))
        return err_set(err, ERR_INVALID, "countries such as US CA, or own, or all, are missing");
    do {
        if (str_is(code, ","))
            continue;
        if (!phone_country_known(code))
            return err_set(err, ERR_INVALID, "\"%.*s\" is not a country's two letters, such as US",
                           STR_ARGS(code));
        rules->country_bits[country_bit(code) / 8] |= (unsigned char)(1U << country_bit(code) % 8);
    } while (next_word(r, &code));
    return true;
}

static void countries_write(const struct directive *d, const struct policy_rules *rules,
                            struct buf *out)
{
    buf_add_text(out, d->name);
    if (rules->countries != RULES_COUNTRIES_LISTED)
        buf_add_text(out, rules->countries == RULES_COUNTRIES_OWN ? " own" : " all");
    for (int a = 'A'; a <= 'Z'; a++) {
        for (int b = 'A'; b <= 'Z'; b++) {
            char code[2] = { (char)a, (char)b };

            if (rules_country_listed(rules, str_make(code, 2)))
                buf_addf(out, " %c%c", a, b);
        }
    }
    buf_add_char(out, '\n');
}

/* "50 per prefix per day", "1000 in total": one of the two caps on unknown senders. */
static bool read_unknown_cap(struct reader *r, struct err *err)
{
    struct rules_limit limit = { 0, DAY_MS };
    bool total;

    if (!read_count(r, COUNT_MOST, &limit.most, err))
        return false;
    total = take_word(r, "in");
    if (total ? !need_word(r, "total", err)
              : !need_word(r, "per", err) || !need_word(r, "prefix", err))
        return false;
    if (take_word(r, "per") && !read_duration(r, &limit.window_ms, err))
        return false;
    if (total)
        r->rules->unknown_in_total = limit;
    else
        r->rules->unknown_per_prefix = limit;
    return true;
}

/* A cap that the line does not name is none. */
static bool unknown_read(struct reader *r, const struct directive *d, struct err *err)
{
    static const struct rules_limit none = { RULES_NO_LIMIT, DAY_MS };

    (void)d;
    r->rules->unknown_per_prefix = r->rules->unknown_in_total = none;
    if (take_word(r, "none"))
        return true;
    if (take_word(r, "at") && !need_word(r, "most", err))
        return false;
    do {
        if (!read_unknown_cap(r, err))
            return false;
    } while (take_word(r, ","));
    return true;
}

static void unknown_write(const struct directive *d, const struct policy_rules *rules,
                          struct buf *out)
{
    const struct rules_limit caps[] = { rules->unknown_per_prefix, rules->unknown_in_total };
    static const char *const what[] = { "per prefix", "in total" };
    const char *before = " at most ";

    buf_add_text(out, d->name);
    for (size_t i = 0; i < ARRAY_LEN(caps); i++) {
        if (caps[i].most == RULES_NO_LIMIT)
            continue;
        buf_addf(out, "%s%lld %s per ", before, (long long)caps[i].most, what[i]);
        write_duration(out, caps[i].window_ms);
        before = ", ";
    }
    buf_add_text(out, *before == ',' ? "\n" : " none\n");
}

static bool quiet_read(struct reader *r, const struct directive *d, struct err *err)
{
    struct policy_rules *rules = r->rules;
    struct str word;

    (void)d;
    rules->has_quiet = !take_word(r, "none");
    if (!rules->has_quiet)
        return true;
    if (!next_word(r, &word))
        return err_set(err, ERR_INVALID, "a range such as 21:00-09:00, or none, is missing");
    return parse_range(word, &rules->quiet_from, &rules->quiet_to, err);
}

static void quiet_write(const struct directive *d, const struct policy_rules *rules,
                        struct buf *out)
{
    buf_addf(out, "%s ", d->name);
    if (rules->has_quiet)
        write_range(out, rules->quiet_from, rules->quiet_to);
    else
        buf_add_text(out, "none");
    buf_add_char(out, '\n');
}

static const char *const weekdays[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

static int parse_weekday(struct str word)
{
    for (int i = 0; i < 7; i++) {
        if (str_equal_nocase(word, str_of(weekdays[i])))
            return i;
    }
    return -1;
}

/* "mon-fri" or "sat"; a range may go over the week's end. */
static bool parse_days(struct str word, unsigned *days, struct err *err)
{
    struct str first, last = word;
    int from, to;

    if (str_is(word, "daily")) {
        *days |= 127;
        return true;
    }
    str_cut(&last, '-', &first);
    from = parse_weekday(first);
    to = str_find_char(word, '-') < 0 ? from : parse_weekday(last);
    if (from < 0 || to < 0)
        return err_set(err, ERR_INVALID, "\"%.*s\" are not days such as mon-fri", STR_ARGS(word));
    for (int i = from;; i = (i + 1) % 7) {
        *days |= 1U << i;
        if (i == to)
            return true;
    }
}

static bool open_read(struct reader *r, const struct directive *d, struct err *err)
{
    struct policy_rules *rules = r->rules;
    struct rules_hours hours = { 0 };
    struct str word;

    (void)d;
    if (rules->open != r->open) { /* a file that names hours names all of them */
        rules->open = r->open;
        rules->open_count = 0;
    }
    if (take_word(r, "always")) {
        rules->open_count = 0;
        return true;
    }
    do {
        if (!next_word(r, &word))
            return err_set(err, ERR_INVALID, "days such as mon-fri, or always, are missing");
        if (!parse_days(word, &hours.days, err))
            return false;
    } while (take_word(r, ","));
    if (!next_word(r, &word))
        return err_set(err, ERR_INVALID, "hours such as 09:00-17:00 are missing");
    if (!parse_range(word, &hours.from, &hours.to, err))
        return false;
    r->open[rules->open_count++] = hours;
    return true;
}

static void open_write(const struct directive *d, const struct policy_rules *rules, struct buf *out)
{
    if (rules->open_count == 0)
        buf_addf(out, "%s always\n", d->name);
    for (size_t i = 0; i < rules->open_count; i++) {
        const char *before = " ";

        buf_add_text(out, d->name);
        for (int day = 0; day < 7; day++) {
            if (rules->open[i].days & 1U << day) {
                buf_addf(out, "%s%s", before, weekdays[day]);
                before = ",";
            }
        }
        buf_add_char(out, ' ');
        write_range(out, rules->open[i].from, rules->open[i].to);
        buf_add_char(out, '\n');
    }
}

static bool closed_read(struct reader *r, const struct directive *d, struct err *err)
{
    struct policy_rules *rules = r->rules;
    struct local_day day;
    struct str word;

    (void)d;
    if (rules->closed != r->closed) {
        rules->closed = r->closed;
        rules->closed_count = 0;
    }
    if (take_word(r, "never")) {
        rules->closed_count = 0;
        return true;
    }
    if (!next_word(r, &word))
        return err_set(err, ERR_INVALID, "a date such as 2026-12-25 is missing");
    if (!parse_date(word, &day))
        return err_set(err, ERR_INVALID, "\"%.*s\" is not a date such as 2026-12-25",
                       STR_ARGS(word));
    r->closed[rules->closed_count++] = day;
    return true;
}

static void closed_write(const struct directive *d, const struct policy_rules *rules,
                         struct buf *out)
{
    if (rules->closed_count == 0)
        buf_addf(out, "%s never\n", d->name);
    for (size_t i = 0; i < rules->closed_count; i++) {
        buf_addf(out, "%s ", d->name);
        write_date(out, rules->closed[i]);
        buf_add_char(out, '\n');
    }
}

static const char *const firsts[] = { "as-number", "admit", "greet", "hold", "invite" };

static bool first_read(struct reader *r, const struct directive *d, struct err *err)
{
    int choice;

    (void)d;
    if (!read_choice(r, firsts, ARRAY_LEN(firsts), &choice, err))
        return false;
    r->rules->first = (enum rules_first)choice;
    r->rules->first_text = (struct str){ 0 };
    return choice != RULES_FIRST_GREET || read_text(r, TEXT_BYTES_MOST, &r->rules->first_text, err);
}

static void first_write(const struct directive *d, const struct policy_rules *rules,
                        struct buf *out)
{
    buf_addf(out, "%s %s", d->name, firsts[rules->first]);
    if (rules->first == RULES_FIRST_GREET) {
        buf_add_char(out, ' ');
        write_text(out, rules->first_text);
    }
    buf_add_char(out, '\n');
}

static bool dormant_read(struct reader *r, const struct directive *d, struct err *err)
{
    (void)d;
    if (take_word(r, "never")) {
        r->rules->dormant_ms = RULES_NEVER;
        return true;
    }
    return read_duration(r, &r->rules->dormant_ms, err);
}

static void dormant_write(const struct directive *d, const struct policy_rules *rules,
                          struct buf *out)
{
    buf_addf(out, "%s ", d->name);
    if (rules->dormant_ms == RULES_NEVER)
        buf_add_text(out, "never");
    else
        write_duration(out, rules->dormant_ms);
    buf_add_char(out, '\n');
}

static bool loop_read(struct reader *r, const struct directive *d, struct err *err)
{
    struct str before = r->rest;

    (void)d;
    if (take_word(r, "never")) {
        r->rules->loop_after = RULES_NEVER;
        return true;
    }
    if (!read_count(r, COUNT_MOST, &r->rules->loop_after, err))
        return false;
    return (r->rules->loop_after >= 4 && r->rules->loop_after <= 6) ||
           err_set(err, ERR_INVALID, "\"%.*s\" is not 4, 5, 6 or never",
                   STR_ARGS(str_trim(before)));
}

static void loop_write(const struct directive *d, const struct policy_rules *rules, struct buf *out)
{
    if (rules->loop_after == RULES_NEVER)
        buf_addf(out, "%s never\n", d->name);
    else
        buf_addf(out, "%s %lld\n", d->name, (long long)rules->loop_after);
}

static const char *const word_kinds[] = { "stop", "start", "help" };

static bool keyword_read(struct reader *r, const struct directive *d, struct err *err)
{
    struct rules_word word;
    int kind;

    (void)d;
    if (!read_choice(r, word_kinds, ARRAY_LEN(word_kinds), &kind, err) ||
        !read_text(r, WORD_BYTES_MOST, &word.word, err))
        return false;
    if (str_trim(word.word).len == 0)
        return err_set(err, ERR_INVALID, "the word is empty");
    word.kind = (enum rules_word_kind)kind;
    if (r->rules->words != r->words) { /* words add to those of the base */
        if (r->rules->word_count > 0)
            memcpy(r->words, r->rules->words, r->rules->word_count * sizeof(*r->words));
        r->rules->words = r->words;
    }
    r->words[r->rules->word_count++] = word;
    return true;
}

static void keyword_write(const struct directive *d, const struct policy_rules *rules,
                          struct buf *out)
{
    for (size_t i = 0; i < rules->word_count; i++) {
        buf_addf(out, "%s %s ", d->name, word_kinds[rules->words[i].kind]);
        write_text(out, rules->words[i].word);
        buf_add_char(out, '\n');
    }
}

static const char *const senders[] = { "contact", "newcomer", "stranger", "opted-out" };

/* "2026-11-21T22:00" */
static bool read_moment(struct reader *r, struct rules_expect *expect, struct err *err)
{
    struct str word;

    if (!next_word(r, &word))
        return err_set(err, ERR_INVALID, "a time such as 2026-11-21T22:00 is missing");
    if (word.len != 16 || word.ptr[10] != 'T' ||
        !parse_date(str_slice(word, 0, 10), &expect->day) ||
        !parse_clock(str_slice(word, 11, 5), &expect->minutes))
        return err_set(err, ERR_INVALID, "\"%.*s\" is not a time such as 2026-11-21T22:00",
                       STR_ARGS(word));
    expect->has_at = true;
    return true;
}

static bool read_outcome(struct reader *r, enum outcome *ret, struct err *err)
{
    struct str word;

    if (!next_word(r, &word))
        return err_set(err, ERR_INVALID, "an outcome such as answered is missing");
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        if (i != OUTCOME_PENDING && str_is(word, outcome_name((enum outcome)i))) {
            *ret = (enum outcome)i;
            return true;
        }
    }
    return err_set(err, ERR_INVALID, "\"%.*s\" is not an outcome", STR_ARGS(word));
}

static bool expect_read(struct reader *r, const struct directive *d, struct err *err)
{
    struct rules_expect expect = { .line = r->line };
    int from;

    (void)d;
    if (!read_text(r, TEXT_BYTES_MOST, &expect.text, err))
        return false;
    if (take_word(r, "from")) {
        if (!read_choice(r, senders, ARRAY_LEN(senders), &from, err))
            return false;
        expect.from = (enum rules_sender)from;
    }
    if (take_word(r, "at") && !read_moment(r, &expect, err))
        return false;
    if (!need_word(r, "->", err) || !read_outcome(r, &expect.want, err))
        return false;
    r->expects[r->rules->expect_count++] = expect;
    return true;
}

static void expect_write(const struct directive *d, const struct policy_rules *rules,
                         struct buf *out)
{
    for (size_t i = 0; i < rules->expect_count; i++) {
        const struct rules_expect *expect = &rules->expects[i];

        buf_addf(out, "%s ", d->name);
        write_text(out, expect->text);
        if (expect->from != RULES_FROM_CONTACT)
            buf_addf(out, " from %s", senders[expect->from]);
        if (expect->has_at) {
            buf_add_text(out, " at ");
            write_date(out, expect->day);
            buf_addf(out, "T%02d:%02d", expect->minutes / 60, expect->minutes % 60);
        }
        buf_addf(out, " -> %s\n", outcome_name(expect->want));
    }
}

#define LIMIT(name, member)                                                  \
    {                                                                        \
        name, limit_read, limit_write, offsetof(struct policy_rules, member) \
    }
#define TEXT(name, member)                                                 \
    {                                                                      \
        name, text_read, text_write, offsetof(struct policy_rules, member) \
    }

/* In the order in which rules_write gives them. */
// clang-format off
static const struct directive directives[] = {
    { "revocation", revocation_read, revocation_write, 0 },
    { "answers", answers_read, limit_write, offsetof(struct policy_rules, answers) },
    LIMIT("answers-per-user", answers_per_user),
    LIMIT("answers-per-number", answers_per_number),
    LIMIT("answers-in-total", answers_in_total),
    { "budget", budget_read, budget_write, 0 },
    { "price-per-segment", price_read, price_write, 0 },
    { "countries", countries_read, countries_write, 0 },
    { "unknown-senders", unknown_read, unknown_write, 0 },
    { "quiet", quiet_read, quiet_write, 0 },
    { "open", open_read, open_write, 0 },
    { "closed", closed_read, closed_write, 0 },
    TEXT("after-hours", after_hours_text),
    { "first-contact", first_read, first_write, 0 },
    { "dormant-after", dormant_read, dormant_write, 0 },
    { "loop-after", loop_read, loop_write, 0 },
    TEXT("opt-out-text", opt_out_text),
    TEXT("opt-in-text", opt_in_text),
    TEXT("help-text", help_text),
    TEXT("confirm-text", confirm_text),
    { "keyword", keyword_read, keyword_write, 0 },
    { "expect", expect_read, expect_write, 0 },
};
// clang-format on

struct policy_rules rules_default(void)
{
    return (struct policy_rules){
        .revocation = RULES_REVOKE_CONFIRM,
        .answers = { 10, HOUR_MS },
        .answers_per_user = { RULES_NO_LIMIT, DAY_MS },
        .answers_per_number = { RULES_NO_LIMIT, HOUR_MS },
        .answers_in_total = { RULES_NO_LIMIT, HOUR_MS },
        .budget_segments = { RULES_NO_LIMIT, DAY_MS },
        .budget_messages = { RULES_NO_LIMIT, DAY_MS },
        .budget_money = { RULES_NO_LIMIT, DAY_MS },
        .unknown_per_prefix = { 50, DAY_MS },
        .unknown_in_total = { 1000, DAY_MS },
        .has_quiet = true,
        .quiet_from = 21 * 60,
        .quiet_to = DAY_MINUTES + 9 * 60,
        .dormant_ms = 270 * DAY_MS,
        .loop_after = 6,
    };
}

static bool read_line(struct reader *r, struct err *err)
{
    struct str name;

    if (!next_word(r, &name))
        return read_end(r, err);
    for (size_t i = 0; i < ARRAY_LEN(directives); i++) {
        if (str_is(name, directives[i].name))
            return directives[i].read(r, &directives[i], err) && read_end(r, err);
    }
    return err_set(err, ERR_INVALID, "there is no directive \"%.*s\"", STR_ARGS(name));
}

static size_t line_count(struct str text)
{
    size_t count = 1;

    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == '\n';
    return count;
}

bool rules_parse(struct str text, const struct policy_rules *base, struct arena *arena,
                 struct policy_rules *ret, struct err *err)
{
    struct policy_rules rules = *base;
    struct reader r = { .arena = arena, .rules = &rules };
    size_t lines = line_count(text);
    struct str line;

    if (text.len > RULES_BYTES_MOST)
        return err_set(err, ERR_INVALID, "the file is larger than %d bytes", RULES_BYTES_MOST);
    r.open = ARENA_ARRAY(arena, struct rules_hours, lines);
    r.closed = ARENA_ARRAY(arena, struct local_day, lines);
    r.words = ARENA_ARRAY(arena, struct rules_word, lines + base->word_count);
    r.expects = ARENA_ARRAY(arena, struct rules_expect, lines);
    rules.expects = r.expects;
    rules.expect_count = 0;
    while (str_cut(&text, '\n', &line)) {
        r.line++;
        r.rest = line;
        if (!str_is_utf8(line) || memchr(line.ptr, 0, line.len))
            return err_set(err, ERR_INVALID, "line %d: this is no UTF-8 text", r.line);
        if (!read_line(&r, err))
            return err_add(err, "line %d", r.line);
    }
    *ret = rules;
    return true;
}

void rules_write(const struct policy_rules *rules, struct buf *out)
{
    for (size_t i = 0; i < ARRAY_LEN(directives); i++)
        directives[i].write(&directives[i], rules, out);
}

bool rules_country_listed(const struct policy_rules *rules, struct str code)
{
    if (rules->countries != RULES_COUNTRIES_LISTED || code.len != 2 || code.ptr[0] < 'A' ||
        code.ptr[0] > 'Z' || code.ptr[1] < 'A' || code.ptr[1] > 'Z')
        return false;
    return rules->country_bits[country_bit(code) / 8] & 1U << country_bit(code) % 8;
}

const char *rules_sender_name(enum rules_sender sender)
{
    return senders[sender];
}
