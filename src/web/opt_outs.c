/*
 * opt_outs.c - who is not to be texted, and the documented ways in and out.
 *
 * Anybody may be opted out here; an opt-out that the person texted themselves is lifted by their
 * START alone, whatever evidence is offered. The evidence of every change goes into the ledger.
 */
#include "web/inside.h"

#define EVIDENCE_CHARACTERS_MOST 500
#define OPT_OUTS_MOST 1000000 /* read in one go to find those of one phone */
#define NEWEST 200            /* read again by the engine, for a STOP that came in between */

struct consent_plan {
    struct str phone, evidence;
    bool has_number;
    struct id number;
    struct id *lifted; /* numbers (zero: all) whose opt-outs are lifted */
    size_t lifted_count;
    size_t total; /* opt-outs that the user has */
};

static void render_opt_out(struct json_writer *w, const struct consent_event *event)
{
    json_open_object(w);
    json_field_str(w, "phone", event->phone);
    render_id(w, "number", ID_NUMBER, event->number);
    json_field_str(w, "source", event->source);
    json_field_str(w, "evidence", event->evidence);
    json_field_time(w, "at", event->at_ms);
    json_close_object(w);
}

bool opt_outs_list(struct api_call *call, struct err *err)
{
    struct consent_event *events;
    struct scope scope;
    struct page page;
    size_t count, shown, offset;

    if (!open_user(call, api_reader(call), call->args[0], &scope, err) ||
        !page_read(call, scope.user, &page, err))
        return false;
    offset = page_offset(&page);
    if (!store_opt_outs(api_reader(call), &scope, offset, page.limit + 1, call->arena, &events,
                        &count, err))
        return false;
    shown = count < page.limit ? count : page.limit;
    page_open(call);
    for (size_t i = 0; i < shown; i++)
        render_opt_out(&call->out, &events[i]);
    page_close(call, &page, count > shown, page_at_offset(offset + shown));
    return true;
}

/* ---- reading ---- */

static bool read_number(const struct api_call *call, struct str text, struct consent_plan *plan,
                        struct err *err)
{
    struct number number;

    if (!text.ptr)
        return true;
    if (!find_number(call, api_reader(call), text, &number, err))
        return err->kind == ERR_NOT_FOUND
                   ? err_set_field(err, "number", "number: there is no such number")
                   : false;
    /* An opt-out of a shared number holds for everybody who texts from it. */
    if (number.routing == ROUTING_BY_SENDER && !call->who.admin)
        return err_set_field(err, "number",
                             "number: others share it; leave it out to opt out of "
                             "all that this user sends");
    plan->has_number = true;
    plan->number = number.id;
    return true;
}

static bool read_evidence(struct api_call *call, struct consent_plan *plan, struct err *err)
{
    struct str number = { 0 };

    if (!read_line(call->input, "evidence", EVIDENCE_CHARACTERS_MOST, &plan->evidence, err) ||
        !json_get_str(call->input, "number", false, &number, err))
        return false;
    if (str_trim(plan->evidence).len == 0)
        return err_set_field(err, "evidence", "evidence is missing: how is it known?");
    return read_number(call, number, plan, err);
}

static bool read_consent_phone(const struct api_call *call, const struct scope *scope,
                               struct str typed, struct consent_plan *plan, struct err *err)
{
    struct str region;

    return region_of_user(api_reader(call), scope, call->arena, &region, err) &&
           read_address(typed, region, "phone", call->arena, &plan->phone, err);
}

/* What goes into the ledger: what was said, and by whose token. */
static struct str evidence_text(const struct api_call *call, const struct consent_plan *plan,
                                struct arena *arena)
{
    char text[ID_TEXT_BYTES];

    if (id_is_zero(call->who.token))
        return arena_printf(arena, "%.*s (admin)", STR_ARGS(plan->evidence));
    id_format(ID_TOKEN, call->who.token, text);
    return arena_printf(arena, "%.*s (%s)", STR_ARGS(plan->evidence), text);
}

/* For one number, or with a zero id for all. A number may be gone since the request was read. */
static bool record(struct engine_tx *tx, const struct scope *scope, struct id number,
                   struct str phone, enum consent_kind kind, struct str evidence, struct err *err)
{
    const struct number *row = id_is_zero(number) ? NULL : engine_number(tx, number);

    if (!row && !id_is_zero(number))
        return not_found(err);
    return engine_record_consent(tx, scope, row, phone, kind, "api", evidence, err);
}

/* ---- out ---- */

static bool opt_out(struct api_call *call, struct engine_tx *tx, struct err *err)
{
    const struct consent_plan *plan = call->plan;
    struct consent_event event = { .phone = plan->phone,
                                   .number = plan->number,
                                   .source = str_of("api"),
                                   .evidence = evidence_text(call, plan, tx->arena),
                                   .at_ms = tx->now_ms };
    struct scope *scope =
        ARENA_NEW(tx->arena, struct scope); /* the engine keeps it for the batch */

    if (!open_user(call, tx->tx->store, call->args[0], scope, err) ||
        !record(tx, scope, plan->number, plan->phone, CONSENT_OPT_OUT, event.evidence, err))
        return false;
    render_opt_out(&call->out, &event);
    return true;
}

bool opt_outs_post(struct api_call *call, struct err *err)
{
    static const char *const known[] = { "phone", "number", "evidence", NULL };
    struct consent_plan *plan = ARENA_NEW(call->arena, struct consent_plan);
    struct scope scope;
    struct str typed;

    if (!open_user(call, api_reader(call), call->args[0], &scope, err) ||
        !json_check_keys(call->input, known, err) ||
        !json_get_str(call->input, "phone", true, &typed, err) ||
        !read_consent_phone(call, &scope, typed, plan, err) || !read_evidence(call, plan, err))
        return false;
    call->plan = plan;
    call->write = opt_out;
    call->status = 201;
    return true;
}

/* ---- back in ---- */

/* Is this one of the opt-outs that the request means? ERR_CONFLICT when the person texted it. */
static bool is_meant(const struct consent_plan *plan, const struct consent_event *event, bool *ret,
                     struct err *err)
{
    *ret = str_equal(event->phone, plan->phone) &&
           (!plan->has_number || id_equal(event->number, plan->number));
    if (*ret && !str_is(event->source, "api"))
        return err_set(err, ERR_CONFLICT,
                       "the person opted out by text; only their START lifts that");
    return true;
}

/* All that the request means, on the API thread: a user may have many. */
static bool find_opt_outs(struct api_call *call, const struct scope *scope,
                          struct consent_plan *plan, struct err *err)
{
    struct consent_event *events;

    if (!store_opt_outs(api_reader(call), scope, 0, OPT_OUTS_MOST, call->arena, &events,
                        &plan->total, err))
        return false;
    plan->lifted = ARENA_ARRAY(call->arena, struct id, plan->total + 1);
    for (size_t i = 0; i < plan->total; i++) {
        bool meant;

        if (!is_meant(plan, &events[i], &meant, err))
            return false;
        if (meant)
            plan->lifted[plan->lifted_count++] = events[i].number;
    }
    return plan->lifted_count > 0 ? true : not_found(err);
}

static bool opt_in(struct api_call *call, struct engine_tx *tx, struct err *err)
{
    const struct consent_plan *plan = call->plan;
    size_t count, offset = plan->total > NEWEST ? plan->total - NEWEST : 0;
    struct str evidence = evidence_text(call, plan, tx->arena);
    struct consent_event *newest;
    struct scope *scope =
        ARENA_NEW(tx->arena, struct scope); /* the engine keeps it for the batch */

    if (!open_user(call, tx->tx->store, call->args[0], scope, err) ||
        !store_opt_outs(tx->tx->store, scope, offset, 2 * NEWEST, tx->arena, &newest, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        bool meant;

        if (!is_meant(plan, &newest[i], &meant, err))
            return false;
    }
    for (size_t i = 0; i < plan->lifted_count; i++) {
        if (!record(tx, scope, plan->lifted[i], plan->phone, CONSENT_OPT_IN, evidence, err))
            return false;
    }
    return true;
}

/* Evidence and number come in the body or in the query, where some clients can give no body. */
static void query_to_body(struct api_call *call)
{
    static const char *const names[] = { "evidence", "number" };

    if (!call->input)
        call->input = json_object();
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct str value = query_value(call, names[i]);

        if (value.ptr && !json_object_get(call->input, names[i]))
            json_object_set_new(call->input, names[i], json_stringn(value.ptr, value.len));
    }
}

bool opt_out_delete(struct api_call *call, struct err *err)
{
    static const char *const known[] = { "number", "evidence", NULL };
    struct consent_plan *plan = ARENA_NEW(call->arena, struct consent_plan);
    struct scope scope;

    query_to_body(call);
    if (!open_user(call, api_reader(call), call->args[0], &scope, err) ||
        !json_check_keys(call->input, known, err) ||
        !read_consent_phone(call, &scope, call->args[1], plan, err) ||
        !read_evidence(call, plan, err) || !find_opt_outs(call, &scope, plan, err))
        return false;
    call->plan = plan;
    call->write = opt_in;
    call->status = 204;
    return true;
}
