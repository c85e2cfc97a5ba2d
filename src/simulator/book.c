/*
 * book.c - every message, create request, number and opt-out the simulator knows.
 *
 * Messages are found by SID, and newest first by To, From or both, through links that are set once;
 * so no request walks over messages it does not ask for. Deleted ones keep their place and are
 * skipped by whoever lists. The books never forget a deleted or redacted text: they are the tests'
 * evidence.
 */
#include <stdlib.h>

#include "loop/clock.h"
#include "simulator/segments.h"
#include "simulator/state.h"

static void *grow(void *array, size_t item_bytes, size_t count, size_t *capacity)
{
    if (count < *capacity)
        return array;
    *capacity = *capacity ? *capacity * 2 : 256;
    array = realloc(array, *capacity * item_bytes);
    if (!array)
        die("out of memory (%zu items wanted)", *capacity);
    return array;
}

static struct str pair_key(struct str from, struct str to, struct buf *buf)
{
    buf_add(buf, from);
    buf_add_char(buf, '\n');
    buf_add(buf, to);
    return buf_view(buf);
}

static void link_chains(struct simulator *sim, struct message *message)
{
    CLEANUP(buf_release) struct buf key = { 0 };
    void **to = table_slot(&sim->by_to, &sim->books, message->to);
    void **from = table_slot(&sim->by_from, &sim->books, message->from);
    void **pair =
        table_slot(&sim->by_pair, &sim->books, pair_key(message->from, message->to, &key));

    message->older_to = *to;
    message->older_from = *from;
    message->older_pair = *pair;
    *to = *from = *pair = message;
}

static void add_media(struct simulator *sim, struct message *message, const struct draft *draft)
{
    struct media **last = &message->media;

    for (size_t i = 0; i < draft->media_count; i++) {
        struct media *media = ARENA_NEW(&sim->books, struct media);

        sid_make(sim, "ME", media->sid);
        if (draft->media) {
            media->content_type = arena_copy(&sim->books, draft->media[i].content_type);
            media->bytes = arena_copy(&sim->books, draft->media[i].bytes);
        } else {
            media->content_type = str_of("application/octet-stream");
            media->url = arena_copy(&sim->books, draft->media_urls[i]);
        }
        *table_slot(&sim->media_by_sid, &sim->books, str_of(media->sid)) = media;
        *last = media;
        last = &media->next;
    }
    message->media_count = draft->media_count;
}

struct message *book_add(struct simulator *sim, const struct draft *draft)
{
    struct message *message = ARENA_NEW(&sim->books, struct message);
    int64_t now_ms = clock_now_ms();

    if (draft->sid.len == SIMULATOR_SID_BYTES - 1)
        memcpy(message->sid, draft->sid.ptr, draft->sid.len);
    else
        sid_make(sim, draft->media_count > 0 ? "MM" : "SM", message->sid);
    message->direction = draft->direction;
    message->status = draft->status;
    message->to = arena_copy(&sim->books, draft->to);
    message->from = arena_copy(&sim->books, draft->from);
    message->body = arena_copy(&sim->books, draft->body);
    message->status_callback = arena_copy(&sim->books, draft->status_callback);
    message->service_sid = arena_copy(&sim->books, draft->service_sid);
    message->segments = text_segments(draft->body);
    message->created_ms = message->updated_ms = now_ms;
    message->sent_ms = draft->direction == DIRECTION_INBOUND ? now_ms : 0;
    add_media(sim, message, draft);
    sim->messages =
        grow(sim->messages, sizeof(struct message *), sim->message_count, &sim->message_capacity);
    sim->messages[sim->message_count++] = message;
    message->seq = sim->message_count;
    *table_slot(&sim->by_sid, &sim->books, str_of(message->sid)) = message;
    link_chains(sim, message);
    return message;
}

struct message *book_find(const struct simulator *sim, struct str sid)
{
    return table_find(&sim->by_sid, sid);
}

struct message *book_newest(const struct simulator *sim, struct str from, struct str to)
{
    CLEANUP(buf_release) struct buf key = { 0 };

    if (from.len > 0 && to.len > 0)
        return table_find(&sim->by_pair, pair_key(from, to, &key));
    if (from.len > 0)
        return table_find(&sim->by_from, from);
    if (to.len > 0)
        return table_find(&sim->by_to, to);
    return sim->message_count > 0 ? sim->messages[sim->message_count - 1] : NULL;
}

struct message *book_older(const struct simulator *sim, const struct message *message, bool by_from,
                           bool by_to)
{
    if (by_from && by_to)
        return message->older_pair;
    if (by_from)
        return message->older_from;
    if (by_to)
        return message->older_to;
    return message->seq > 1 ? sim->messages[message->seq - 2] : NULL;
}

struct attempt *book_attempt(struct simulator *sim)
{
    struct attempt *attempt = ARENA_NEW(&sim->books, struct attempt);

    sim->attempts =
        grow(sim->attempts, sizeof(struct attempt *), sim->attempt_count, &sim->attempt_capacity);
    sim->attempts[sim->attempt_count++] = attempt;
    attempt->seq = sim->attempt_count;
    attempt->at_ms = clock_now_ms();
    return attempt;
}

struct post_record *book_post(struct simulator *sim, struct message *message)
{
    struct post_record *record = ARENA_NEW(&sim->books, struct post_record);

    record->at_ms = clock_now_ms();
    record->outcome = "pending";
    if (message->posts.last)
        message->posts.last->next = record;
    else
        message->posts.first = record;
    message->posts.last = record;
    message->posts.count++;
    return record;
}

bool book_is_blocked(const struct simulator *sim, struct str ours, struct str theirs)
{
    CLEANUP(buf_release) struct buf key = { 0 };

    return table_find(&sim->blocks, pair_key(ours, theirs, &key)) != NULL;
}

bool book_block(struct simulator *sim, struct str ours, struct str theirs, bool blocked)
{
    CLEANUP(buf_release) struct buf key = { 0 };
    void **slot = table_slot(&sim->blocks, &sim->books, pair_key(ours, theirs, &key));

    if ((*slot != NULL) == blocked)
        return false;
    *slot = blocked ? slot : NULL;
    sim->blocks_count += blocked ? 1 : (size_t)-1;
    return true;
}

static void forget_deliveries(struct message *message)
{
    message->callback_under_way = NULL;
    while (message->callbacks_waiting) {
        struct delivery *d = message->callbacks_waiting;

        message->callbacks_waiting = d->waiting_next;
        delivery_destroy(d);
    }
    if (message->stashed)
        delivery_destroy(message->stashed);
    message->stashed = NULL;
}

void book_clear(struct simulator *sim)
{
    for (size_t i = 0; i < sim->message_count; i++) {
        timer_cancel(&sim->timers, &sim->messages[i]->step);
        forget_deliveries(sim->messages[i]);
    }
    for (struct delivery *d = sim->deliveries; d; d = d->next) {
        d->message = NULL; /* what is under way comes back to nobody */
        d->record = NULL;
    }
    free(sim->messages);
    free(sim->attempts);
    sim->messages = NULL;
    sim->attempts = NULL;
    sim->message_count = sim->message_capacity = 0;
    sim->attempt_count = sim->attempt_capacity = 0;
    sim->steps_count = sim->blocks_count = 0;
    table_release(&sim->by_sid);
    table_release(&sim->by_to);
    table_release(&sim->by_from);
    table_release(&sim->by_pair);
    table_release(&sim->blocks);
    table_release(&sim->media_by_sid);
    sim->counters = (struct counters){ 0 };
    arena_reset(&sim->books);
}

/* ---- numbers ---- */

static bool all_digits(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    }
    return true;
}

/* ITU-T E.164: at most 15 digits, the first not 0. Fewer than 8 is nobody's number. */
bool phone_is_e164(struct str phone)
{
    return phone.len >= 9 && phone.len <= 16 && phone.ptr[0] == '+' && phone.ptr[1] != '0' &&
           all_digits(str_slice(phone, 1, phone.len));
}

bool phone_is_short_code(struct str phone)
{
    return phone.len >= 3 && phone.len <= 6 && all_digits(phone);
}

bool phone_is_toll_free(struct str phone)
{
    static const char *const codes[] = { "800", "833", "844", "855", "866", "877", "888" };

    for (size_t i = 0; phone.len == 12 && i < ARRAY_LEN(codes); i++) {
        if (str_starts(phone, str_of("+1")) && str_is(str_slice(phone, 2, 3), codes[i]))
            return true;
    }
    return false;
}

struct number *number_find(const struct simulator *sim, struct str phone)
{
    return table_find(&sim->number_by_phone, phone);
}

struct number *number_find_sid(const struct simulator *sim, struct str sid)
{
    return table_find(&sim->number_by_sid, sid);
}

struct number *number_add(struct simulator *sim, struct str phone)
{
    void **slot = table_slot(&sim->number_by_phone, &sim->lasting, phone);
    struct number *number = *slot, **last = &sim->numbers;

    if (number)
        return number;
    number = ARENA_NEW(&sim->lasting, struct number);
    sid_make(sim, "PN", number->sid);
    number->phone = number->friendly_name = arena_copy(&sim->lasting, phone);
    number->sms_url = sim->webhook_url;
    number->sms_method = number->fallback_method = str_of("POST");
    number->created_ms = number->updated_ms = clock_now_ms();
    *slot = number;
    *table_slot(&sim->number_by_sid, &sim->lasting, str_of(number->sid)) = number;
    while (*last)
        last = &(*last)->next;
    *last = number;
    return number;
}
