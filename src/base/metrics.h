/*
 * metrics.h - every counter and gauge of the program, in one table.
 *
 * A new metric is a new row. Rows of one name stand together and differ by their label. Counting is
 * one relaxed atomic addition; names follow Prometheus (base units, _total).
 */
#pragma once
#include <stdatomic.h>

#include "base/str.h"

/*   id, name, label or "", type, help */
#define METRICS(X)                                                                                \
    X(METRIC_WEBHOOK_ACCEPTED, "webhook_requests_total", "result=\"accepted\"", "counter",        \
      "Webhook requests by how they were answered")                                               \
    X(METRIC_WEBHOOK_DENIED, "webhook_requests_total", "result=\"denied\"", "counter", "")        \
    X(METRIC_WEBHOOK_INVALID, "webhook_requests_total", "result=\"invalid\"", "counter", "")      \
    X(METRIC_WEBHOOK_SHED, "webhook_requests_total", "result=\"shed\"", "counter", "")            \
    X(METRIC_ACK_MICROS, "webhook_ack_micros_total", "", "counter",                               \
      "Microseconds between a request being read whole and its answer, added up")                 \
    X(METRIC_SPOOL_FLUSHES, "spool_flushes_total", "", "counter", "Flushes of the spool to disk") \
    X(METRIC_SPOOL_ENTRIES, "spool_entries", "", "gauge", "Accepted webhooks not yet applied")    \
    X(METRIC_SPOOL_BYTES, "spool_bytes", "", "gauge",                                             \
      "Bytes of accepted webhooks not yet applied")                                               \
    X(METRIC_ENGINE_COMMITS, "engine_commits_total", "", "counter", "Transactions committed")     \
    X(METRIC_ENGINE_EVENTS, "engine_events_total", "", "counter", "Events applied")               \
    X(METRIC_ENGINE_FAILURES, "engine_failures_total", "", "counter", "Transactions that failed") \
    X(METRIC_INBOUND, "inbound_messages_total", "", "counter", "Inbound texts stored")            \
    X(METRIC_INBOUND_DUPLICATE, "inbound_duplicates_total", "", "counter",                        \
      "Inbound webhooks of a message that was there already")                                     \
    X(METRIC_STATUS, "status_callbacks_total", "", "counter", "Status callbacks applied")         \
    X(METRIC_TURNS_RUNNING, "turns_running", "", "gauge", "Agent calls under way")                \
    X(METRIC_TURNS_ANSWERED, "turns_total", "result=\"answered\"", "counter",                     \
      "Turns of agents by how they ended")                                                        \
    X(METRIC_TURNS_SILENT, "turns_total", "result=\"silent\"", "counter", "")                     \
    X(METRIC_TURNS_FAILED, "turns_total", "result=\"failed\"", "counter", "")                     \
    X(METRIC_TURNS_SUPERSEDED, "turns_total", "result=\"superseded\"", "counter", "")             \
    X(METRIC_SEND_ACCEPTED, "send_attempts_total", "outcome=\"accepted\"", "counter",             \
      "Texts offered to the provider by outcome")                                                 \
    X(METRIC_SEND_REFUSED, "send_attempts_total", "outcome=\"refused\"", "counter", "")           \
    X(METRIC_SEND_NOT_SENT, "send_attempts_total", "outcome=\"not_sent\"", "counter", "")         \
    X(METRIC_SEND_UNKNOWN, "send_attempts_total", "outcome=\"unknown\"", "counter", "")           \
    X(METRIC_SENDS_IN_FLIGHT, "sends_in_flight", "", "gauge", "Texts being offered right now")    \
    X(METRIC_RECONCILED, "reconciliations_total", "", "counter", "Unknown outcomes settled")      \
    X(METRIC_OPT_OUTS, "opt_outs_total", "", "counter", "Opt-outs recorded")                      \
    X(METRIC_SUPPRESSED, "suppressed_total", "", "counter",                                       \
      "Texts kept back at the outbound door")                                                     \
    X(METRIC_API_REQUESTS, "api_requests_total", "", "counter", "API requests answered")          \
    X(METRIC_API_REFUSED, "api_refused_total", "", "counter",                                     \
      "API requests refused for want of a token")

enum metric {
#define METRIC_ID(id, name, label, type, help) id,
    METRICS(METRIC_ID)
#undef METRIC_ID
        METRIC_COUNT
};

struct metrics {
    atomic_int_fast64_t values[METRIC_COUNT];
};

/* `metrics` may be NULL: nothing is counted then. */
void metric_add(struct metrics *metrics, enum metric id, int64_t amount);
void metric_set(struct metrics *metrics, enum metric id, int64_t value);
int64_t metric_get(const struct metrics *metrics, enum metric id);
/* All of them in Prometheus' text format, each name with the prefix answerback_. */
void metrics_write(const struct metrics *metrics, struct buf *out);
