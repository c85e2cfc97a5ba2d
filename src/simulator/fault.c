/*
 * fault.c - misbehaviour on demand: so many times, or by chance.
 *
 * A fault is a rule, and the first rule of a stage that applies wins. The dice are the simulator's
 * seeded ones and are thrown only for rules with a chance, so that a run with "next" alone is the
 * same whatever the seed. docs/simulator.md lists the names.
 */
#include "simulator/state.h"

static const struct fault_row {
    const char *name;
    enum fault_kind kind;
    enum fault_stage stage;
    int error_code_default;
    int64_t delay_ms_default;
} rows[] = {
    { "too_many_requests", FAULT_TOO_MANY_REQUESTS, STAGE_ARRIVAL, 20429, 0 },
    { "refuse", FAULT_REFUSE, STAGE_ARRIVAL, 21612, 0 },
    { "error_before", FAULT_ERROR_BEFORE, STAGE_ARRIVAL, 20500, 0 },
    { "bad_gateway_before", FAULT_BAD_GATEWAY_BEFORE, STAGE_ARRIVAL, 0, 0 },
    { "timeout_before", FAULT_TIMEOUT_BEFORE, STAGE_ARRIVAL, 0, 60000 },
    { "error_after", FAULT_ERROR_AFTER, STAGE_ACCEPTED, 20500, 0 },
    { "bad_gateway_after", FAULT_BAD_GATEWAY_AFTER, STAGE_ACCEPTED, 0, 0 },
    { "timeout_after", FAULT_TIMEOUT_AFTER, STAGE_ACCEPTED, 0, 60000 },
    { "unreadable", FAULT_UNREADABLE, STAGE_ACCEPTED, 0, 0 },
    { "delay", FAULT_DELAY, STAGE_ANSWER, 0, 1000 },
    { "undelivered", FAULT_UNDELIVERED, STAGE_OUTCOME, 30003, 0 },
    { "failed", FAULT_FAILED, STAGE_OUTCOME, 30008, 0 },
    { "no_receipt", FAULT_NO_RECEIPT, STAGE_OUTCOME, 0, 0 },
    { "reorder_callbacks", FAULT_REORDER_CALLBACKS, STAGE_ORDER, 0, 0 },
    { "drop_callback", FAULT_DROP_CALLBACK, STAGE_CALLBACK, 0, 0 },
    { "duplicate_callback", FAULT_DUPLICATE_CALLBACK, STAGE_CALLBACK, 0, 0 },
    { "stray_callback", FAULT_STRAY_CALLBACK, STAGE_CALLBACK, 0, 0 },
    { "wrong_signature", FAULT_WRONG_SIGNATURE, STAGE_TEXT, 0, 0 },
    { "duplicate_text", FAULT_DUPLICATE_TEXT, STAGE_TEXT, 0, 0 },
    { "list_error", FAULT_LIST_ERROR, STAGE_LIST, 20500, 0 },
};

static const struct fault_row *row_of(enum fault_kind kind)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].kind == kind)
            return &rows[i];
    }
    return NULL;
}

const char *fault_name(enum fault_kind kind)
{
    const struct fault_row *row = row_of(kind);

    return row ? row->name : NULL;
}

static bool check_range(const char *field, int64_t value, int64_t least, int64_t most,
                        struct err *err)
{
    if (value < least || value > most)
        return err_set_field(err, field, "%s must be from %lld to %lld", field, (long long)least,
                             (long long)most);
    return true;
}

static bool read_fault(json_t *object, struct fault *fault, const struct fault_row **ret,
                       struct err *err)
{
    static const char *const known[] = { "fault",    "next",          "per_mille",
                                         "delay_ms", "retry_after_s", "error_code",
                                         "to",       "from",          NULL };
    struct str name = { 0 };
    const struct fault_row *row = NULL;

    if (!json_check_keys(object, known, err) || !json_get_str(object, "fault", true, &name, err))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(rows) && !row; i++) {
        if (str_is(name, rows[i].name))
            row = &rows[i];
    }
    if (!row)
        return err_set_field(err, "fault", "there is no fault \"%.*s\"", STR_ARGS(name));
    fault->left = -1;
    fault->retry_after_s = -1;
    fault->delay_ms = row->delay_ms_default;
    fault->error_code = row->error_code_default;
    if (!json_get_int(object, "next", false, &fault->left, err) ||
        !json_get_int(object, "per_mille", false, &fault->per_mille, err) ||
        !json_get_int(object, "delay_ms", false, &fault->delay_ms, err) ||
        !json_get_int(object, "retry_after_s", false, &fault->retry_after_s, err) ||
        !json_get_int(object, "error_code", false, &fault->error_code, err) ||
        !json_get_str(object, "to", false, &fault->to, err) ||
        !json_get_str(object, "from", false, &fault->from, err))
        return false;
    if (fault->left == -1 && fault->per_mille == 0)
        fault->left = 1;
    *ret = row;
    return check_range("next", fault->left, -1, INT32_MAX, err) &&
           check_range("per_mille", fault->per_mille, 0, 1000, err) &&
           check_range("delay_ms", fault->delay_ms, 0, 600000, err) &&
           check_range("retry_after_s", fault->retry_after_s, -1, 86400, err) &&
           check_range("error_code", fault->error_code, 0, 99999, err);
}

bool fault_add(struct simulator *sim, json_t *object, const struct fault **ret, struct err *err)
{
    struct fault draft = { 0 }, *fault, **last = &sim->faults;
    const struct fault_row *row = NULL;

    if (!read_fault(object, &draft, &row, err))
        return false;
    fault = ARENA_NEW(&sim->fault_arena, struct fault);
    *fault = draft;
    fault->kind = row->kind;
    fault->id = ++sim->fault_id;
    fault->to = arena_copy(&sim->fault_arena, draft.to);
    fault->from = arena_copy(&sim->fault_arena, draft.from);
    while (*last)
        last = &(*last)->next;
    *last = fault;
    *ret = fault;
    return true;
}

const struct fault *fault_pick(struct simulator *sim, enum fault_stage stage, struct str from,
                               struct str to)
{
    for (struct fault *fault = sim->faults; fault; fault = fault->next) {
        if (fault->left == 0 || row_of(fault->kind)->stage != stage ||
            (fault->from.len > 0 && !str_equal(fault->from, from)) ||
            (fault->to.len > 0 && !str_equal(fault->to, to)))
            continue;
        if (fault->per_mille > 0 && chance_below(&sim->chance, 1000) >= fault->per_mille)
            continue;
        if (fault->left > 0)
            fault->left--;
        fault->applied++;
        return fault;
    }
    return NULL;
}

void fault_write(struct json_writer *w, const struct fault *fault)
{
    json_open_object(w);
    json_field_int(w, "id", fault->id);
    json_field_text(w, "fault", fault_name(fault->kind));
    if (fault->left >= 0)
        json_field_int(w, "next", fault->left);
    if (fault->per_mille > 0)
        json_field_int(w, "per_mille", fault->per_mille);
    json_field_int(w, "delay_ms", fault->delay_ms);
    if (fault->retry_after_s >= 0)
        json_field_int(w, "retry_after_s", fault->retry_after_s);
    if (fault->error_code > 0)
        json_field_int(w, "error_code", fault->error_code);
    if (fault->to.len > 0)
        json_field_str(w, "to", fault->to);
    if (fault->from.len > 0)
        json_field_str(w, "from", fault->from);
    json_field_int(w, "applied", fault->applied);
    json_close_object(w);
}

void faults_clear(struct simulator *sim)
{
    sim->faults = NULL;
    arena_reset(&sim->fault_arena);
}
