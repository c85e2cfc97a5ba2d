/*
 * api.c - /2010-04-01: creating, reading, changing and deleting messages, numbers and media.
 *
 * The error codes and their sentences are the simulator's own table, written from Twilio's
 * documents. Lists go backwards through the books by links, so a filter by To or From costs only
 * what it finds. previous_page_uri is always null, and XML (paths without .json) is not spoken.
 */
#include <openssl/crypto.h>
#include <time.h>

#include "loop/clock.h"
#include "simulator/segments.h"
#include "simulator/state.h"

#define MEDIA_MAX 10
#define CALLBACK_URL_MAX 4000
#define PAGE_SIZE_DEFAULT 50
#define PAGE_SIZE_MAX 1000
#define SCHEDULE_LEAST_MS (INT64_C(300) * 1000)
#define SCHEDULE_MOST_MS (INT64_C(35) * 24 * 3600 * 1000)

/* ---- answers ---- */

/* "{}" stands for the value at fault. */
static const struct error_row {
    int code, status;
    const char *text;
} errors[] = {
    { 20001, 400, "The request could not be read: {}" },
    { 20003, 401, "Authenticate" },
    { 20004, 405, "Method not allowed" },
    { 20009, 409, "The message is not finished yet, so its record cannot be changed" },
    { 20404, 404, "The requested resource {} was not found" },
    { 20429, 429, "Too Many Requests" },
    { 20500, 500, "An internal server error has occurred" },
    { 21211, 400, "Invalid 'To' Phone Number: {}" },
    { 21212, 400, "Invalid 'From' Number: {}" },
    { 21408, 400, "Permission to send an SMS has not been enabled for the region of {}" },
    { 21602, 400, "Message body is required." },
    { 21603, 400, "A 'From' phone number is required." },
    { 21604, 400, "A 'To' phone number is required." },
    { 21606, 400, "The 'From' phone number {} is not a message-capable number of this account." },
    { 21609, 400, "The 'StatusCallback' URL {} is not a valid URL." },
    { 21610, 400, "Attempt to send to unsubscribed recipient" },
    { 21611, 400, "This 'From' number {} has exceeded the maximum number of queued messages" },
    { 21612, 400, "Message cannot be sent with the current combination of 'To' ({}) and 'From'" },
    { 21614, 400, "'To' number is not a valid mobile number: {}" },
    { 21617, 400, "The concatenated message body exceeds the 1600 character limit" },
    { 21620, 400, "Invalid media URL(s): {}" },
    { 21623, 400, "Number of media files exceeds the allowed limit of 10" },
    { 30400, 400, "The parameters of this update are not valid" },
    { 30409, 409, "Message cannot be canceled any more" },
    { 35111, 400, "The 'SendAt' time is required for scheduling" },
    { 35114, 400, "The 'SendAt' time {} is not between 300 seconds and 35 days ahead" },
    { 35118, 400, "A 'MessagingServiceSid' is required for scheduling" },
};

void answer_json(struct simulator *sim, struct http_request *request, int status,
                 const struct buf *json, int64_t delay_ms)
{
    sim_answer(sim, request,
               &(struct http_response){
                   .status = status, .content_type = "application/json", .body = buf_view(json) },
               delay_ms);
}

/* Twilio's answers name themselves; a reader of logs finds them again by this. */
static void answer_api(struct simulator *sim, struct http_request *request, int status,
                       const struct buf *json, int64_t delay_ms, int64_t retry_after_s)
{
    char sid[SIMULATOR_SID_BYTES];
    struct http_header *headers = ARENA_ARRAY(request->arena, struct http_header, 4);
    size_t count = 0;

    sid_make(sim, "RQ", sid);
    headers[count++] =
        (struct http_header){ STR("Twilio-Request-Id"), arena_copy(request->arena, str_of(sid)) };
    headers[count++] = (struct http_header){ STR("Twilio-Concurrent-Requests"), STR("1") };
    if (status == 401)
        headers[count++] =
            (struct http_header){ STR("WWW-Authenticate"), STR("Basic realm=\"Twilio API\"") };
    if (retry_after_s >= 0)
        headers[count++] =
            (struct http_header){ STR("Retry-After"),
                                  arena_printf(request->arena, "%lld", (long long)retry_after_s) };
    sim_answer(sim, request,
               &(struct http_response){ .status = status,
                                        .content_type = status == 204 ? NULL : "application/json",
                                        .body = buf_view(json),
                                        .headers = headers,
                                        .header_count = count },
               delay_ms);
}

static const struct error_row *error_row(int code)
{
    for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
        if (errors[i].code == code)
            return &errors[i];
    }
    return NULL;
}

struct refusal {
    int code, status; /* status 0: the table's */
    struct str value;
    int64_t delay_ms, retry_after_s; /* retry_after_s -1: no such header */
};

static int answer_refusal(struct simulator *sim, struct http_request *request,
                          const struct refusal *refusal)
{
    CLEANUP(buf_release) struct buf json = { 0 };
    CLEANUP(buf_release) struct buf text = { 0 };
    struct json_writer w = { .out = &json };
    const struct error_row *row = error_row(refusal->code);
    struct str format = str_of(row ? row->text : "The request was refused");
    ptrdiff_t hole = str_find(format, str_of("{}"));
    int status = refusal->status ? refusal->status : row ? row->status : 400;

    buf_add(&text, hole < 0 ? format : str_slice(format, 0, (size_t)hole));
    if (hole >= 0) {
        buf_add(&text, refusal->value);
        buf_add(&text, str_slice(format, (size_t)hole + 2, format.len));
    }
    json_open_object(&w);
    json_field_int(&w, "code", refusal->code);
    json_field_str(&w, "message", buf_view(&text));
    json_field_str(
        &w, "more_info",
        arena_printf(request->arena, "https://www.twilio.com/docs/errors/%d", refusal->code));
    json_field_int(&w, "status", status);
    json_close_object(&w);
    answer_api(sim, request, status, &json, refusal->delay_ms, refusal->retry_after_s);
    return status;
}

static void refuse(struct simulator *sim, struct http_request *request, int code, struct str value)
{
    answer_refusal(sim, request,
                   &(struct refusal){ .code = code, .value = value, .retry_after_s = -1 });
}

static void answer_message(struct simulator *sim, struct http_request *request, int status,
                           const struct message *message, int64_t delay_ms)
{
    CLEANUP(buf_release) struct buf json = { 0 };
    struct json_writer w = { .out = &json };

    write_message(sim, &w, message);
    answer_api(sim, request, status, &json, delay_ms, -1);
}

static void answer_nothing(struct simulator *sim, struct http_request *request)
{
    answer_api(sim, request, 204, &(struct buf){ 0 }, 0, -1);
}

/* ---- creating a message ---- */

struct create {
    struct str to, from, body, service_sid, status_callback, send_at, schedule_type;
    struct str media_urls[MEDIA_MAX + 1];
    size_t media_count;
    int64_t send_at_ms;
};

static const struct {
    const char *name;
    size_t offset;
} create_fields[] = {
    { "Body", offsetof(struct create, body) },
    { "From", offsetof(struct create, from) },
    { "MessagingServiceSid", offsetof(struct create, service_sid) },
    { "ScheduleType", offsetof(struct create, schedule_type) },
    { "SendAt", offsetof(struct create, send_at) },
    { "StatusCallback", offsetof(struct create, status_callback) },
    { "To", offsetof(struct create, to) },
};

/* False on a malformed escape. Parameters that Twilio knows and we have no use for pass unseen. */
static bool read_create(struct http_request *request, struct create *create)
{
    struct str rest = request->body, name, value;
    bool bad = false;

    while (http_form_next(&rest, request->arena, &name, &value, &bad)) {
        if (str_is(name, "MediaUrl") && create->media_count <= MEDIA_MAX)
            create->media_urls[create->media_count++] = value;
        for (size_t i = 0; i < ARRAY_LEN(create_fields); i++) {
            if (str_is(name, create_fields[i].name))
                memcpy((char *)create + create_fields[i].offset, &value, sizeof(value));
        }
    }
    return !bad;
}

/* Of https://www.twilio.com/docs/iam/test-credentials ; +15005550006 is the sender that works. */
static int magic_code(const struct create *create)
{
    static const struct {
        const char *from, *to;
        int code;
    } magic[] = {
        { "+15005550001", NULL, 21212 }, { "+15005550007", NULL, 21606 },
        { "+15005550008", NULL, 21611 }, { NULL, "+15005550001", 21211 },
        { NULL, "+15005550002", 21612 }, { NULL, "+15005550003", 21408 },
        { NULL, "+15005550004", 21610 }, { NULL, "+15005550009", 21614 },
    };

    for (size_t i = 0; i < ARRAY_LEN(magic); i++) {
        if (magic[i].from ? str_is(create->from, magic[i].from) : str_is(create->to, magic[i].to))
            return magic[i].code;
    }
    return 0;
}

static bool parse_time(struct str text, int64_t *ret_ms)
{
    struct tm tm = { 0 };
    char copy[32];
    const char *end;

    if (text.len >= sizeof(copy))
        return false;
    memcpy(copy, text.ptr ? text.ptr : "", text.len);
    copy[text.len] = '\0';
    end = strptime(copy, "%Y-%m-%dT%H:%M:%SZ", &tm);
    if (!end || *end != '\0')
        return false;
    *ret_ms = (int64_t)timegm(&tm) * 1000;
    return true;
}

static int check_schedule(struct create *create, struct str *ret_value)
{
    int64_t ahead_ms;

    if (create->schedule_type.len == 0 && create->send_at.len == 0)
        return 0;
    if (create->send_at.len == 0)
        return 35111;
    if (create->service_sid.len == 0)
        return 35118;
    *ret_value = create->send_at;
    if (!parse_time(create->send_at, &create->send_at_ms))
        return 35114;
    ahead_ms = create->send_at_ms - clock_now_ms();
    return ahead_ms < SCHEDULE_LEAST_MS || ahead_ms > SCHEDULE_MOST_MS ? 35114 : 0;
}

static int check_urls(struct http_request *request, const struct create *create,
                      struct str *ret_value)
{
    struct endpoint endpoint;

    if (create->media_count > MEDIA_MAX)
        return 21623;
    for (size_t i = 0; i < create->media_count; i++) {
        *ret_value = create->media_urls[i];
        if (!endpoint_parse(create->media_urls[i], request->arena, &endpoint, NULL))
            return 21620;
    }
    *ret_value = create->status_callback;
    if (create->status_callback.len > CALLBACK_URL_MAX ||
        (create->status_callback.len > 0 &&
         !endpoint_parse(create->status_callback, request->arena, &endpoint, NULL)))
        return 21609;
    return 0;
}

/* 0, or Twilio's code for what is wrong and the value at fault. */
static int check_create(struct simulator *sim, struct http_request *request, struct create *create,
                        struct str *ret_value)
{
    int code;

    if (create->to.len == 0)
        return 21604;
    if (create->from.len == 0 && create->service_sid.len == 0)
        return 21603;
    if (create->body.len == 0 && create->media_count == 0)
        return 21602;
    if (text_units(create->body) > TEXT_UNITS_MAX)
        return 21617;
    code = check_urls(request, create, ret_value);
    if (code != 0)
        return code;
    code = magic_code(create);
    *ret_value = code == 21212 || code == 21606 || code == 21611 ? create->from : create->to;
    if (code != 0)
        return code;
    if (!phone_is_e164(create->to) || str_equal(create->to, create->from))
        return 21211;
    *ret_value = create->from;
    if (create->from.len > 0 && !number_find(sim, create->from) &&
        !str_is(create->from, "+15005550006"))
        return 21606;
    *ret_value = create->service_sid;
    if (create->service_sid.len > 0 && !sid_is(create->service_sid, "MG"))
        return 20404;
    if (create->service_sid.len == 0 && book_is_blocked(sim, create->from, create->to))
        return 21610;
    return check_schedule(create, ret_value);
}

/* What one create came to, for the books and the answer. */
struct creation {
    struct simulator *sim;
    struct http_request *request;
    struct attempt *attempt;
    int64_t delay_ms;
};

static void refuse_create(struct creation *c, const char *result, const struct refusal *refusal)
{
    struct refusal delayed = *refusal;

    delayed.delay_ms = c->delay_ms;
    c->attempt->result = result;
    c->attempt->error_code = refusal->code;
    c->attempt->http_status = answer_refusal(c->sim, c->request, &delayed);
    c->sim->counters.refused++;
}

static void answer_broken(struct creation *c, int status, const char *content_type,
                          const char *body)
{
    c->attempt->http_status = status;
    sim_answer(c->sim, c->request,
               &(struct http_response){
                   .status = status, .content_type = content_type, .body = str_of(body) },
               c->delay_ms);
}

static void answer_bad_gateway(struct creation *c)
{
    answer_broken(c, 502, "text/html",
                  "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
                  "<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n");
}

/* A fault that leaves nothing booked. */
static void fail_before(struct creation *c, const struct fault *fault)
{
    struct refusal refusal = { .code = (int)fault->error_code,
                               .value = c->attempt->to,
                               .retry_after_s = fault->retry_after_s };

    c->attempt->fault = fault->kind;
    c->attempt->result = "not_accepted";
    c->sim->counters.faulted++;
    switch (fault->kind) {
    case FAULT_BAD_GATEWAY_BEFORE: answer_bad_gateway(c); break;
    case FAULT_TIMEOUT_BEFORE: sim_stall(c->sim, c->request, fault->delay_ms); break;
    case FAULT_TOO_MANY_REQUESTS:
        refusal.status = 429;
        refuse_create(c, "refused", &refusal);
        break;
    case FAULT_ERROR_BEFORE:
        refusal.status = 500;
        refuse_create(c, "not_accepted", &refusal);
        break;
    default: refuse_create(c, "refused", &refusal); break;
    }
}

/* A fault that hides an accepted message from who sent it. */
static void fail_after(struct creation *c, const struct fault *fault)
{
    c->attempt->fault = fault->kind;
    c->sim->counters.faulted++;
    switch (fault->kind) {
    case FAULT_BAD_GATEWAY_AFTER: answer_bad_gateway(c); break;
    case FAULT_TIMEOUT_AFTER: sim_stall(c->sim, c->request, fault->delay_ms); break;
    case FAULT_UNREADABLE:
        answer_broken(c, 201, "application/json", "{\"sid\": \"SM, \"status\": que");
        break;
    default:
        c->attempt->http_status = answer_refusal(c->sim, c->request,
                                                 &(struct refusal){ .code = (int)fault->error_code,
                                                                    .status = 500,
                                                                    .delay_ms = c->delay_ms,
                                                                    .retry_after_s = -1 });
        break;
    }
}

static void accept_create(struct creation *c, const struct create *create)
{
    struct simulator *sim = c->sim;
    struct str from = create->from;
    const struct fault *fault;
    struct message *message;
    enum status status = create->send_at_ms > 0        ? STATUS_SCHEDULED
                         : create->service_sid.len > 0 ? STATUS_ACCEPTED
                                                       : STATUS_QUEUED;

    if (from.len == 0)
        from = sim->numbers->phone; /* a service's pool is all our numbers; the first serves */
    message = book_add(sim, &(struct draft){ .direction = DIRECTION_OUTBOUND_API,
                                             .status = status,
                                             .to = create->to,
                                             .from = from,
                                             .body = create->body,
                                             .status_callback = create->status_callback,
                                             .service_sid = create->service_sid,
                                             .media_urls = create->media_urls,
                                             .media_count = create->media_count });
    c->attempt->message = message;
    c->attempt->result = "accepted";
    fault = fault_pick(sim, STAGE_ACCEPTED, from, create->to);
    if (fault) {
        fail_after(c, fault);
    } else {
        c->attempt->http_status = 201;
        answer_message(sim, c->request, 201, message, c->delay_ms);
    }
    carrier_accept(sim, message, create->send_at_ms);
}

static void create_message(struct simulator *sim, struct http_request *request,
                           struct attempt *attempt)
{
    struct creation c = { .sim = sim, .request = request, .attempt = attempt };
    struct create create = { 0 };
    struct str value = { 0 };
    const struct fault *fault;
    int code = read_create(request, &create) ? 0 : 20001;

    attempt->to = arena_copy(&sim->books, create.to);
    attempt->from = arena_copy(&sim->books, create.from);
    attempt->body = arena_copy(&sim->books, create.body);
    fault = fault_pick(sim, STAGE_ANSWER, create.from, create.to);
    if (fault) {
        c.delay_ms = fault->delay_ms;
        attempt->fault = fault->kind;
    }
    fault = fault_pick(sim, STAGE_ARRIVAL, create.from, create.to);
    if (fault) {
        fail_before(&c, fault);
        return;
    }
    if (code == 0)
        code = check_create(sim, request, &create, &value);
    else
        value = str_of("a parameter is badly escaped");
    if (code == 0 && create.from.len == 0 && !sim->numbers)
        code = 21606;
    if (code != 0)
        refuse_create(&c, "refused",
                      &(struct refusal){ .code = code, .value = value, .retry_after_s = -1 });
    else
        accept_create(&c, &create);
}

/* ---- listing messages ---- */

struct filter {
    struct str to, from, page_token;
    int64_t sent_from_ms, sent_to_ms; /* sent_to_ms is just outside; 0: no limit */
    bool by_date;
    int64_t page_size, page;
};

/* A UTC date or time; a date means its whole day. */
static bool parse_day(struct str text, int64_t *ret_from_ms, int64_t *ret_to_ms)
{
    CLEANUP(buf_release) struct buf whole = { 0 };

    buf_add(&whole, text);
    if (text.len == strlen("2026-01-31")) {
        buf_add_text(&whole, "T00:00:00Z");
        if (!parse_time(buf_view(&whole), ret_from_ms))
            return false;
        *ret_to_ms = *ret_from_ms + INT64_C(24) * 3600 * 1000;
        return true;
    }
    if (!parse_time(text, ret_from_ms))
        return false;
    *ret_to_ms = *ret_from_ms + 1000;
    return true;
}

static bool read_date(struct str name, struct str value, struct filter *filter)
{
    int64_t from_ms = 0, to_ms = 0;

    if (!parse_day(value, &from_ms, &to_ms))
        return false;
    filter->by_date = true;
    if (!str_is(name, "DateSent<") && from_ms > filter->sent_from_ms)
        filter->sent_from_ms = from_ms;
    if (!str_is(name, "DateSent>") && (filter->sent_to_ms == 0 || to_ms < filter->sent_to_ms))
        filter->sent_to_ms = to_ms;
    return true;
}

/* NULL, or the name of the parameter at fault. */
static const char *read_filter(struct http_request *request, struct filter *filter)
{
    struct str rest = request->query, name, value;
    bool bad = false;

    filter->page_size = PAGE_SIZE_DEFAULT;
    while (http_form_next(&rest, request->arena, &name, &value, &bad)) {
        if (str_is(name, "To"))
            filter->to = value;
        else if (str_is(name, "From"))
            filter->from = value;
        else if (str_is(name, "PageToken"))
            filter->page_token = value;
        else if (str_starts(name, str_of("DateSent")) && !read_date(name, value, filter))
            return "DateSent";
        else if (str_is(name, "PageSize") &&
                 (!str_to_int(value, &filter->page_size) || filter->page_size < 1))
            return "PageSize";
        else if (str_is(name, "Page") && (!str_to_int(value, &filter->page) || filter->page < 0))
            return "Page";
    }
    if (filter->page_size > PAGE_SIZE_MAX)
        filter->page_size = PAGE_SIZE_MAX;
    if (filter->page > 0 && filter->page_token.len == 0)
        return "PageToken";
    return bad ? "the query" : NULL;
}

/* What was never sent has no date and so matches none. */
static bool filter_matches(const struct filter *filter, const struct message *message)
{
    if (message->deleted)
        return false;
    if (!filter->by_date)
        return true;
    return message->sent_ms > 0 && message->sent_ms >= filter->sent_from_ms &&
           (filter->sent_to_ms == 0 || message->sent_ms < filter->sent_to_ms);
}

static void add_query(struct buf *uri, struct str query, struct arena *arena)
{
    struct str name, value;
    bool bad = false;

    while (http_form_next(&query, arena, &name, &value, &bad)) {
        if (str_starts(name, str_of("Page")))
            continue;
        http_encode(uri, name);
        buf_add_char(uri, '=');
        http_encode(uri, value);
        buf_add_char(uri, '&');
    }
}

static void write_page_uri(struct json_writer *w, const char *key, struct http_request *request,
                           const struct filter *filter, int64_t page, struct str token)
{
    CLEANUP(buf_release) struct buf uri = { 0 };

    buf_add(&uri, request->path);
    buf_add_char(&uri, '?');
    add_query(&uri, request->query, request->arena);
    buf_addf(&uri, "PageSize=%lld&Page=%lld", (long long)filter->page_size, (long long)page);
    if (token.len > 0)
        buf_addf(&uri, "&PageToken=%.*s", STR_ARGS(token));
    json_field_str(w, key, buf_view(&uri));
}

/* The newest message the page may show; false for a token that names none. */
static bool page_start(struct simulator *sim, const struct filter *filter, struct message **ret)
{
    struct message *last;

    if (filter->page_token.len == 0) {
        *ret = book_newest(sim, filter->from, filter->to);
        return true;
    }
    if (!str_starts(filter->page_token, str_of("PA")))
        return false;
    last = book_find(sim, str_slice(filter->page_token, 2, filter->page_token.len));
    if (!last || (filter->to.len > 0 && !str_equal(last->to, filter->to)) ||
        (filter->from.len > 0 && !str_equal(last->from, filter->from)))
        return false;
    *ret = book_older(sim, last, filter->from.len > 0, filter->to.len > 0);
    return true;
}

static void write_page_end(struct json_writer *w, struct http_request *request,
                           const struct filter *filter, int64_t shown, struct str next_token)
{
    int64_t start = filter->page * filter->page_size;

    json_field_int(w, "page", filter->page);
    json_field_int(w, "page_size", filter->page_size);
    json_field_int(w, "start", start);
    json_field_int(w, "end", shown > 0 ? start + shown - 1 : start);
    write_page_uri(w, "uri", request, filter, filter->page, filter->page_token);
    write_page_uri(w, "first_page_uri", request, filter, 0, (struct str){ 0 });
    json_field_null(w, "previous_page_uri");
    if (next_token.len > 0)
        write_page_uri(w, "next_page_uri", request, filter, filter->page + 1, next_token);
    else
        json_field_null(w, "next_page_uri");
}

static void list_messages(struct simulator *sim, struct http_request *request)
{
    CLEANUP(buf_release) struct buf json = { 0 };
    struct json_writer w = { .out = &json };
    struct filter filter = { 0 };
    struct message *message = NULL;
    struct str token = { 0 };
    int64_t shown = 0;
    const char *bad = read_filter(request, &filter);

    if (!bad && !page_start(sim, &filter, &message))
        bad = "PageToken";
    if (bad) {
        refuse(sim, request, 20001, str_of(bad));
        return;
    }
    if (fault_pick(sim, STAGE_LIST, filter.from, filter.to)) {
        refuse(sim, request, 20500, (struct str){ 0 });
        return;
    }
    json_open_object(&w);
    json_key(&w, "messages");
    json_open_array(&w);
    for (; message; message = book_older(sim, message, filter.from.len > 0, filter.to.len > 0)) {
        if (!filter_matches(&filter, message))
            continue;
        if (shown == filter.page_size)
            break; /* there is one more, so there is a next page */
        write_message(sim, &w, message);
        token = arena_printf(request->arena, "PA%s", message->sid);
        shown++;
    }
    json_close_array(&w);
    write_page_end(&w, request, &filter, shown, message ? token : (struct str){ 0 });
    json_close_object(&w);
    answer_api(sim, request, 200, &json, 0, -1);
}

/* ---- one message ---- */

static bool is_finished(const struct message *message)
{
    switch (message->status) {
    case STATUS_ACCEPTED:
    case STATUS_SCHEDULED:
    case STATUS_QUEUED: return false;
    case STATUS_SENT:
    case STATUS_DELIVERED:
    case STATUS_UNDELIVERED:
    case STATUS_FAILED:
    case STATUS_CANCELED:
    case STATUS_RECEIVED: return true;
    }
    die("status %d is neither finished nor not", (int)message->status);
}

static void update_message(struct simulator *sim, struct http_request *request,
                           struct message *message)
{
    struct str body = http_param(request->body, "Body", request->arena);
    struct str status = http_param(request->body, "Status", request->arena);
    int code = 0;

    if ((body.ptr && status.ptr) || (!body.ptr && !status.ptr) || body.len > 0 ||
        (status.ptr && !str_is(status, "canceled")))
        code = 30400;
    else if (status.ptr && message->status != STATUS_SCHEDULED)
        code = 30409;
    else if (body.ptr && !is_finished(message))
        code = 20009;
    if (code != 0) {
        refuse(sim, request, code, (struct str){ 0 });
        return;
    }
    if (status.ptr)
        carrier_cancel(sim, message);
    else
        message->redacted = true;
    answer_message(sim, request, 200, message, 0);
}

static void delete_message(struct simulator *sim, struct http_request *request,
                           struct message *message)
{
    if (!is_finished(message)) {
        refuse(sim, request, 20009, (struct str){ 0 });
        return;
    }
    message->deleted = true;
    answer_nothing(sim, request);
}

static void give_feedback(struct simulator *sim, struct http_request *request,
                          const struct message *message)
{
    CLEANUP(buf_release) struct buf json = { 0 };
    struct json_writer w = { .out = &json };
    struct str outcome = http_param(request->body, "Outcome", request->arena);

    if (!outcome.ptr)
        outcome = str_of("confirmed");
    json_open_object(&w);
    json_field_str(&w, "account_sid", sim->account_sid);
    json_field_text(&w, "message_sid", message->sid);
    json_field_str(&w, "outcome", outcome);
    write_rfc2822(&w, "date_created", message->created_ms);
    write_rfc2822(&w, "date_updated", clock_now_ms());
    json_field_str(&w, "uri", request->path);
    json_close_object(&w);
    answer_api(sim, request, 201, &json, 0, -1);
}

/* ---- media ---- */

static struct media *find_media(struct simulator *sim, const struct message *message,
                                struct str sid)
{
    struct media *media = table_find(&sim->media_by_sid, sid);

    for (struct media *own = message->media; own; own = own->next) {
        if (own == media && !media->deleted)
            return media;
    }
    return NULL;
}

static void list_media(struct simulator *sim, struct http_request *request,
                       const struct message *message)
{
    CLEANUP(buf_release) struct buf json = { 0 };
    struct json_writer w = { .out = &json };
    struct filter filter = { .page_size = PAGE_SIZE_DEFAULT };
    int64_t shown = 0;

    json_open_object(&w);
    json_key(&w, "media_list");
    json_open_array(&w);
    for (const struct media *media = message->media; media; media = media->next) {
        if (media->deleted)
            continue;
        write_media(sim, &w, message, media);
        shown++;
    }
    json_close_array(&w);
    write_page_end(&w, request, &filter, shown, (struct str){ 0 });
    json_close_object(&w);
    answer_api(sim, request, 200, &json, 0, -1);
}

/* The bytes at once, or as Twilio does it: a redirect to where no credentials must be sent. */
static void give_media(struct simulator *sim, struct http_request *request,
                       const struct media *media)
{
    struct http_header *location = ARENA_NEW(request->arena, struct http_header);

    location->name = str_of("Location");
    location->value = media->url;
    if (media->url.len == 0 && sim->settings.media_redirect)
        location->value = arena_printf(request->arena, "%.*s/simulator/media/%s",
                                       STR_ARGS(sim->base_url), media->sid);
    if (location->value.len > 0) {
        sim_answer(sim, request,
                   &(struct http_response){ .status = 307, .headers = location, .header_count = 1 },
                   0);
        return;
    }
    sim_answer(sim, request,
               &(struct http_response){
                   .status = 200, .content_type = media->content_type.ptr, .body = media->bytes },
               0);
}

/* `tail` is what follows "Media" in the path. */
static void handle_media(struct simulator *sim, struct http_request *request,
                         const struct message *message, struct str tail)
{
    bool json = str_ends(tail, str_of(".json"));
    struct str sid = str_slice(tail, 1, tail.len - (json ? 6 : 1));
    struct media *media;

    if (str_is(tail, ".json") && str_is(request->method, "GET")) {
        list_media(sim, request, message);
        return;
    }
    media = str_starts(tail, str_of("/")) ? find_media(sim, message, sid) : NULL;
    if (!media) {
        refuse(sim, request, 20404, request->path);
    } else if (str_is(request->method, "DELETE")) {
        media->deleted = true;
        answer_nothing(sim, request);
    } else if (!str_is(request->method, "GET")) {
        refuse(sim, request, 20004, (struct str){ 0 });
    } else if (json) {
        CLEANUP(buf_release) struct buf out = { 0 };
        struct json_writer w = { .out = &out };

        write_media(sim, &w, message, media);
        answer_api(sim, request, 200, &out, 0, -1);
    } else {
        give_media(sim, request, media);
    }
}

/* `rest` is what follows "Messages/". */
static void handle_message(struct simulator *sim, struct http_request *request, struct str rest)
{
    struct str sid = str_slice(rest, 0, SIMULATOR_SID_BYTES - 1);
    struct str tail = str_slice(rest, SIMULATOR_SID_BYTES - 1, rest.len);
    struct message *message = book_find(sim, sid);

    if (!message || message->deleted)
        refuse(sim, request, 20404, request->path);
    else if (str_starts(tail, str_of("/Media")))
        handle_media(sim, request, message, str_slice(tail, strlen("/Media"), tail.len));
    else if (str_is(tail, "/Feedback.json") && str_is(request->method, "POST"))
        give_feedback(sim, request, message);
    else if (!str_is(tail, ".json"))
        refuse(sim, request, 20404, request->path);
    else if (str_is(request->method, "GET"))
        answer_message(sim, request, 200, message, 0);
    else if (str_is(request->method, "POST"))
        update_message(sim, request, message);
    else if (str_is(request->method, "DELETE"))
        delete_message(sim, request, message);
    else
        refuse(sim, request, 20004, (struct str){ 0 });
}

/* ---- numbers ---- */

static void list_numbers(struct simulator *sim, struct http_request *request)
{
    CLEANUP(buf_release) struct buf json = { 0 };
    struct json_writer w = { .out = &json };
    struct filter filter = { .page_size = PAGE_SIZE_MAX };
    struct str phone = http_param(request->query, "PhoneNumber", request->arena);
    int64_t shown = 0;

    json_open_object(&w);
    json_key(&w, "incoming_phone_numbers");
    json_open_array(&w);
    for (const struct number *number = sim->numbers; number; number = number->next) {
        if (phone.len > 0 && str_find(number->phone, phone) < 0)
            continue;
        write_number(sim, &w, number);
        shown++;
    }
    json_close_array(&w);
    write_page_end(&w, request, &filter, shown, (struct str){ 0 });
    json_close_object(&w);
    answer_api(sim, request, 200, &json, 0, -1);
}

static const struct {
    const char *name;
    size_t offset;
    enum { FIELD_URL, FIELD_METHOD, FIELD_TEXT } kind;
} number_fields[] = {
    { "FriendlyName", offsetof(struct number, friendly_name), FIELD_TEXT },
    { "SmsFallbackMethod", offsetof(struct number, fallback_method), FIELD_METHOD },
    { "SmsFallbackUrl", offsetof(struct number, fallback_url), FIELD_URL },
    { "SmsMethod", offsetof(struct number, sms_method), FIELD_METHOD },
    { "SmsUrl", offsetof(struct number, sms_url), FIELD_URL },
    { "StatusCallback", offsetof(struct number, status_callback), FIELD_URL },
};

static void update_number(struct simulator *sim, struct http_request *request,
                          struct number *number)
{
    CLEANUP(buf_release) struct buf json = { 0 };
    struct json_writer w = { .out = &json };
    struct number changed = *number;
    struct endpoint endpoint;

    for (size_t i = 0; i < ARRAY_LEN(number_fields); i++) {
        struct str value = http_param(request->body, number_fields[i].name, request->arena);
        bool good = number_fields[i].kind == FIELD_TEXT;

        if (!value.ptr)
            continue;
        if (number_fields[i].kind == FIELD_URL)
            good = value.len == 0 || endpoint_parse(value, request->arena, &endpoint, NULL);
        else if (number_fields[i].kind == FIELD_METHOD)
            good = str_is(value, "GET") || str_is(value, "POST");
        if (!good) {
            refuse(sim, request, 20001, str_of(number_fields[i].name));
            return;
        }
        value = arena_copy(&sim->lasting, value);
        memcpy((char *)&changed + number_fields[i].offset, &value, sizeof(value));
    }
    *number = changed;
    number->updated_ms = clock_now_ms();
    write_number(sim, &w, number);
    answer_api(sim, request, 200, &json, 0, -1);
}

/* `rest` is what follows "IncomingPhoneNumbers/". */
static void handle_number(struct simulator *sim, struct http_request *request, struct str rest)
{
    CLEANUP(buf_release) struct buf json = { 0 };
    struct json_writer w = { .out = &json };
    struct number *number = number_find_sid(sim, str_slice(rest, 0, SIMULATOR_SID_BYTES - 1));

    if (!number || !str_is(str_slice(rest, SIMULATOR_SID_BYTES - 1, rest.len), ".json")) {
        refuse(sim, request, 20404, request->path);
    } else if (str_is(request->method, "POST")) {
        update_number(sim, request, number);
    } else if (str_is(request->method, "GET")) {
        write_number(sim, &w, number);
        answer_api(sim, request, 200, &json, 0, -1);
    } else {
        refuse(sim, request, 20004, (struct str){ 0 });
    }
}

/* ---- who may, and what is asked for ---- */

static bool is_authorized(const struct simulator *sim, const struct http_request *request)
{
    struct str given = http_header_find(request, "Authorization");

    for (size_t i = 0; i < ARRAY_LEN(sim->basic); i++) {
        if (given.len > 0 && given.len == sim->basic[i].len &&
            CRYPTO_memcmp(given.ptr, sim->basic[i].ptr, given.len) == 0)
            return true;
    }
    return false;
}

static void handle_create(struct simulator *sim, struct http_request *request, bool authorized)
{
    struct attempt *attempt = book_attempt(sim);

    sim->counters.attempts++;
    if (authorized) {
        create_message(sim, request, attempt);
        return;
    }
    attempt->result = "unauthorized";
    attempt->http_status = 401;
    attempt->error_code = 20003;
    sim->counters.refused++;
    refuse(sim, request, 20003, (struct str){ 0 });
}

/* `rest` is what follows the account in the path. */
static void route(struct simulator *sim, struct http_request *request, struct str rest)
{
    static const struct str messages = STR("/Messages/"), numbers = STR("/IncomingPhoneNumbers/");

    if (str_starts(rest, messages))
        handle_message(sim, request, str_slice(rest, messages.len, rest.len));
    else if (str_starts(rest, numbers))
        handle_number(sim, request, str_slice(rest, numbers.len, rest.len));
    else if (str_is(rest, "/Messages.json") && str_is(request->method, "GET"))
        list_messages(sim, request);
    else if (str_is(rest, "/IncomingPhoneNumbers.json") && str_is(request->method, "GET"))
        list_numbers(sim, request);
    else if (str_is(rest, "/Messages.json") || str_is(rest, "/IncomingPhoneNumbers.json"))
        refuse(sim, request, 20004, (struct str){ 0 });
    else
        refuse(sim, request, 20404, request->path);
}

static void answer_account(struct simulator *sim, struct http_request *request)
{
    CLEANUP(buf_release) struct buf json = { 0 };
    struct json_writer w = { .out = &json };

    json_open_object(&w);
    json_field_str(&w, "sid", sim->account_sid);
    json_field_text(&w, "friendly_name", "Simulator");
    json_field_text(&w, "status", "active");
    json_field_text(&w, "type", "Full");
    json_field_str(&w, "uri", request->path);
    json_close_object(&w);
    answer_api(sim, request, 200, &json, 0, -1);
}

void api_handle(struct simulator *sim, struct http_request *request)
{
    struct str rest = str_slice(request->path, strlen("/2010-04-01"), request->path.len);
    bool authorized = is_authorized(sim, request), ours;

    ours = str_starts(rest, str_of("/Accounts/")) &&
           str_starts(str_slice(rest, strlen("/Accounts/"), rest.len), sim->account_sid);
    if (ours)
        rest = str_slice(rest, strlen("/Accounts/") + sim->account_sid.len, rest.len);
    if (ours && str_is(rest, "/Messages.json") && str_is(request->method, "POST"))
        handle_create(sim, request, authorized);
    else if (!authorized)
        refuse(sim, request, 20003, (struct str){ 0 });
    else if (!ours)
        refuse(sim, request, 20404, request->path);
    else if (str_is(rest, ".json") && str_is(request->method, "GET"))
        answer_account(sim, request);
    else
        route(sim, request, rest);
}
