/*
 * phone_shim.cc - libphonenumber behind C functions.
 *
 * Everything that can throw stands in a lambda under guarded(), which turns an exception (memory,
 * in practice) into the answer for "the library cannot say". Numbers come back as text, so that
 * none of the library's types leave this file.
 */
#include "sms/phone_shim.h"

#include <phonenumbers/phonenumberutil.h>

#include <cstring>
#include <string>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace
{

const char no_region[] = "ZZ"; /* as the library calls it */
constexpr int nanp_code = 1;   /* shared by the United States, Canada and the Caribbean */

template <typename Result, typename Function> Result guarded(Result otherwise, Function function)
{
    try {
        return function();
    } catch (...) {
        return otherwise;
    }
}

bool copy(const std::string &text, char *ret, size_t ret_bytes)
{
    if (text.empty() || text.size() >= ret_bytes)
        return false;
    std::memcpy(ret, text.c_str(), text.size() + 1);
    return true;
}

/* As the library wants it: capital letters. */
std::string region_name(const char *region, size_t len)
{
    std::string name(region, len);

    for (char &letter : name) {
        if (letter >= 'a' && letter <= 'z')
            letter = static_cast<char>(letter - 'a' + 'A');
    }
    return name.empty() ? no_region : name;
}

bool read_e164(const char *e164, size_t len, PhoneNumber *ret)
{
    return PhoneNumberUtil::GetInstance()->Parse(std::string(e164, len), no_region, ret) ==
           PhoneNumberUtil::NO_PARSING_ERROR;
}

enum phone_shim_result result_of(PhoneNumberUtil::ErrorType error)
{
    switch (error) {
    case PhoneNumberUtil::NO_PARSING_ERROR: return PHONE_SHIM_OK;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR: return PHONE_SHIM_UNKNOWN_COUNTRY;
    case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
    case PhoneNumberUtil::TOO_SHORT_NSN: return PHONE_SHIM_TOO_SHORT;
    case PhoneNumberUtil::TOO_LONG_NSN: return PHONE_SHIM_TOO_LONG;
    case PhoneNumberUtil::NOT_A_NUMBER: break;
    }
    return PHONE_SHIM_NOT_A_NUMBER;
}

/* Whether a number of that length exists in its country; not whether the number is in use. */
enum phone_shim_result possible(const PhoneNumber &number)
{
    switch (PhoneNumberUtil::GetInstance()->IsPossibleNumberWithReason(number)) {
    case PhoneNumberUtil::IS_POSSIBLE: return PHONE_SHIM_OK;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE: return PHONE_SHIM_UNKNOWN_COUNTRY;
    case PhoneNumberUtil::TOO_LONG: return PHONE_SHIM_TOO_LONG;
    case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY:
    case PhoneNumberUtil::TOO_SHORT: return PHONE_SHIM_TOO_SHORT;
    case PhoneNumberUtil::INVALID_LENGTH: break;
    }
    return PHONE_SHIM_NOT_A_NUMBER;
}

} // namespace

enum phone_shim_result phone_shim_parse(const char *text, size_t text_len, const char *region,
                                        size_t region_len, struct phone_shim_number *ret)
{
    return guarded(PHONE_SHIM_NOT_A_NUMBER, [=] {
        const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
        std::string e164;
        PhoneNumber number;
        enum phone_shim_result result = result_of(util->ParseAndKeepRawInput(
            std::string(text, text_len), region_name(region, region_len), &number));

        if (result == PHONE_SHIM_OK)
            result = possible(number);
        if (result != PHONE_SHIM_OK)
            return result;
        util->Format(number, PhoneNumberUtil::E164, &e164);
        if (!copy(e164, ret->e164, sizeof(ret->e164)))
            return PHONE_SHIM_NOT_A_NUMBER;
        ret->international =
            number.country_code_source() == PhoneNumber::FROM_NUMBER_WITH_PLUS_SIGN ||
            number.country_code_source() == PhoneNumber::FROM_NUMBER_WITH_IDD;
        return PHONE_SHIM_OK;
    });
}

bool phone_shim_format(const char *e164, size_t e164_len, bool national, char ret[PHONE_SHIM_BYTES])
{
    return guarded(false, [=] {
        PhoneNumber number;
        std::string text;

        if (!read_e164(e164, e164_len, &number))
            return false;
        PhoneNumberUtil::GetInstance()->Format(
            number, national ? PhoneNumberUtil::NATIONAL : PhoneNumberUtil::INTERNATIONAL, &text);
        return copy(text, ret, PHONE_SHIM_BYTES);
    });
}

bool phone_shim_region(const char *e164, size_t e164_len, char ret[3])
{
    return guarded(false, [=] {
        const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
        PhoneNumber number;
        std::string region;

        if (!read_e164(e164, e164_len, &number))
            return false;
        util->GetRegionCodeForNumber(number, &region);
        if (region == no_region && number.country_code() != nanp_code)
            util->GetRegionCodeForCountryCode(number.country_code(), &region);
        return region != no_region && region.size() == 2 && copy(region, ret, 3);
    });
}

int phone_shim_country_code(const char *region, size_t region_len)
{
    return guarded(0, [=] {
        return PhoneNumberUtil::GetInstance()->GetCountryCodeForRegion(
            region_name(region, region_len));
    });
}
