/*
 * phone.c - read, show and place phone numbers.
 *
 * Shapes are checked here by hand. What people type is first written plainly (ASCII digits and a
 * plus, nothing invisible), so that libphonenumber and our own rules see the same text. A number is
 * refused for its length in its country, never because the library's old metadata does not know it.
 */
#include "sms/phone.h"

#include "sms/gsm7.h"
#include "sms/phone_shim.h"

#define TYPED_BYTES_MOST 64
#define E164_DIGITS_MIN 8
#define E164_DIGITS_MOST 15
#define ALPHANUMERIC_MOST 11
#define EXAMPLE "+12025550100"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t count_digits(struct str s)
{
    size_t count = 0;

    for (size_t i = 0; i < s.len; i++)
        count += is_digit(s.ptr[i]);
    return count;
}

static bool is_e164(struct str s)
{
    return s.len > E164_DIGITS_MIN && s.len <= E164_DIGITS_MOST + 1 && s.ptr[0] == '+' &&
           s.ptr[1] != '0' && count_digits(s) == s.len - 1;
}

static bool is_alphanumeric(struct str s)
{
    bool letter = false;

    if (s.len > ALPHANUMERIC_MOST)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (is_letter(s.ptr[i]))
            letter = true;
        else if (!is_digit(s.ptr[i]) && (s.ptr[i] == '\0' || !strchr(" &.+-_", s.ptr[i])))
            return false;
    }
    return letter;
}

enum phone_kind phone_kind(struct str address)
{
    if (is_e164(address))
        return PHONE_E164;
    if (address.len >= 3 && address.len <= 8 && count_digits(address) == address.len)
        return PHONE_SHORT_CODE;
    return is_alphanumeric(address) ? PHONE_ALPHANUMERIC : PHONE_NONE;
}

/* A typed number written plainly: digits in order, a plus in front if there was one. */
struct typed {
    char text[TYPED_BYTES_MOST];
    size_t len;
};

/*
 * The one ASCII character that a typed one stands for: digits of other scripts, the full-width
 * plus, anything that only groups digits as ' ', what nobody sees as '\0'. Others come back as 'x'.
 */
static char plain_char(uint32_t c)
{
    static const uint32_t zeros[] = { 0x0660, 0x06F0, 0x0966, 0xFF10 }; /* Arabic, Persian, Hindi */
    const char *lookalike;

    for (size_t i = 0; i < ARRAY_LEN(zeros); i++) {
        if (c >= zeros[i] && c <= zeros[i] + 9)
            return (char)('0' + (c - zeros[i]));
    }
    if (c == 0x00AD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
        (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || c == 0x061C)
        return '\0'; /* joiners and writing directions, which address books wrap numbers in */
    lookalike = c >= 0x80 || c == '\t' ? gsm7_lookalike(c) : NULL;
    if (lookalike && lookalike[0] != '\0')
        c = (unsigned char)lookalike[0];
    else if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0x30FC || c == 0x00B7)
        c = '-'; /* dashes that are not in that list, and the middle dot */
    if (c < 0x80 && (is_digit((char)c) || c == '+'))
        return (char)c;
    return c < 0x80 && c != 0 && strchr(" \t\r\n()[]-./_\"'", (char)c) ? ' ' : 'x';
}

static bool refuse(struct err *err, const char *what)
{
    return err_set(err, ERR_INVALID, "%s; write it with its country code, such as %s", what,
                   EXAMPLE);
}

/* Without "tel:" or "sms:" in front. */
static struct str drop_scheme(struct str text)
{
    struct str scheme = str_slice(text, 0, 4);

    if (str_equal_nocase(scheme, str_of("tel:")) || str_equal_nocase(scheme, str_of("sms:")))
        return str_slice(text, 4, text.len);
    return text;
}

static bool read_typed(struct str text, struct typed *ret, struct err *err)
{
    uint32_t c;

    ret->len = 0;
    for (size_t at = 0; str_next_char(text, &at, &c);) {
        char plain = plain_char(c);

        if (plain == 'x' && ret->len == 0)
            return refuse(err, "this is not a phone number");
        if (plain == 'x')
            return refuse(err, "a phone number has digits only, no letters, signs or extension");
        if (plain == '+' && ret->len > 0)
            return refuse(err, "the + of a phone number stands at its start");
        if (plain != '\0' && plain != ' ')
            ret->text[ret->len++] = plain;
    }
    if (count_digits(str_make(ret->text, ret->len)) == 0)
        return refuse(err, "the phone number is missing");
    return true;
}

/* A number written with a plus: the library reads it, and its shape decides where the library
 * can't. */
static bool parse_international(struct str number, struct phone_shim_number *ret, struct err *err)
{
    switch (phone_shim_parse(number.ptr, number.len, "", 0, ret)) {
    case PHONE_SHIM_OK: break;
    case PHONE_SHIM_UNKNOWN_COUNTRY: /* newer than the metadata, perhaps */
        if (!is_e164(number))
            return refuse(err, "this is not a phone number of any country");
        memcpy(ret->e164, number.ptr, number.len);
        ret->e164[number.len] = '\0';
        break;
    case PHONE_SHIM_TOO_SHORT: return refuse(err, "the phone number is too short");
    case PHONE_SHIM_TOO_LONG: return refuse(err, "the phone number is too long");
    case PHONE_SHIM_NOT_A_NUMBER: return refuse(err, "this is not a phone number");
    }
    return is_e164(str_of(ret->e164)) || refuse(err, "this is not a phone number of any country");
}

/*
 * The digits after "00" or "011" when those begin a call abroad, else an empty view. In countries
 * outside +1, 011 begins area codes too, but such numbers have 12 digits at most.
 */
static struct str after_prefix(struct str digits, int country_code)
{
    struct str rest = { 0 };

    if (str_starts(digits, str_of("00")))
        rest = str_slice(digits, 2, digits.len);
    else if (str_starts(digits, str_of("011")) && (country_code == 1 || digits.len > 12))
        rest = str_slice(digits, 3, digits.len);
    return rest.len >= E164_DIGITS_MIN && rest.ptr[0] != '0' ? rest : str_make("", 0);
}

/* A number without a plus. */
static bool parse_national(struct str digits, struct str region, struct phone_shim_number *ret,
                           struct err *err)
{
    int country_code = phone_shim_country_code(region.ptr, region.len);
    enum phone_shim_result result = PHONE_SHIM_UNKNOWN_COUNTRY;
    char abroad[TYPED_BYTES_MOST + 1] = "+";
    struct str rest;

    if (country_code != 0)
        result = phone_shim_parse(digits.ptr, digits.len, region.ptr, region.len, ret);
    rest = after_prefix(digits, country_code);
    if (rest.len > 0 && !(result == PHONE_SHIM_OK && ret->international)) {
        memcpy(abroad + 1, rest.ptr, rest.len);
        return parse_international(str_make(abroad, rest.len + 1), ret, err);
    }
    switch (result) {
    case PHONE_SHIM_OK: break;
    case PHONE_SHIM_UNKNOWN_COUNTRY: return refuse(err, "the phone number has no country code");
    case PHONE_SHIM_TOO_SHORT:
        return refuse(err, "the phone number is too short, perhaps without its area code");
    case PHONE_SHIM_TOO_LONG: return refuse(err, "the phone number is too long");
    case PHONE_SHIM_NOT_A_NUMBER: return refuse(err, "this is not a phone number");
    }
    return is_e164(str_of(ret->e164)) ||
           refuse(err, "this is not a phone number that others can reach");
}

bool phone_parse(struct str text, struct str region, struct arena *arena, struct str *ret,
                 struct err *err)
{
    struct phone_shim_number parsed;
    struct typed typed;
    struct str number;
    bool ok;

    text = drop_scheme(str_trim(text));
    if (is_e164(text)) {
        *ret = arena_copy(arena, text);
        return true;
    }
    if (text.len > TYPED_BYTES_MOST)
        return refuse(err, "this is too long for a phone number");
    if (!read_typed(text, &typed, err))
        return false;
    number = str_make(typed.text, typed.len);
    if (number.ptr[0] == '+')
        ok = parse_international(number, &parsed, err);
    else
        ok = parse_national(number, region, &parsed, err);
    if (ok)
        *ret = arena_copy(arena, str_of(parsed.e164));
    return ok;
}

struct str phone_display(struct str e164, struct str region, struct arena *arena)
{
    char country[3], text[PHONE_SHIM_BYTES];
    bool own;

    if (!is_e164(e164))
        return arena_copy(arena, e164);
    if (phone_shim_region(e164.ptr, e164.len, country))
        own = str_equal_nocase(region, str_of(country));
    else /* an area code newer than the metadata */
        own = e164.ptr[1] == '1' && phone_shim_country_code(region.ptr, region.len) == 1;
    if (!phone_shim_format(e164.ptr, e164.len, own, text))
        return arena_copy(arena, e164);
    return arena_copy(arena, str_of(text));
}

struct str phone_country(struct str e164, struct arena *arena)
{
    char country[3];

    if (!is_e164(e164) || !phone_shim_region(e164.ptr, e164.len, country))
        return str_of("");
    return arena_copy(arena, str_of(country));
}
