/*
 * metrics.c - counting, and telling Prometheus.
 */
#include "base/metrics.h"

static const struct {
    const char *name, *label, *type, *help;
} rows[METRIC_COUNT] = {
#define METRIC_ROW(id, name, label, type, help) [id] = { name, label, type, help },
    METRICS(METRIC_ROW)
#undef METRIC_ROW
};

void metric_add(struct metrics *metrics, enum metric id, int64_t amount)
{
    if (metrics)
        atomic_fetch_add_explicit(&metrics->values[id], amount, memory_order_relaxed);
}

void metric_set(struct metrics *metrics, enum metric id, int64_t value)
{
    if (metrics)
        atomic_store_explicit(&metrics->values[id], value, memory_order_relaxed);
}

int64_t metric_get(const struct metrics *metrics, enum metric id)
{
    return atomic_load_explicit(&metrics->values[id], memory_order_relaxed);
}

void metrics_write(const struct metrics *metrics, struct buf *out)
{
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        bool labelled = rows[i].label[0] != '\0';

        if (rows[i].help[0] != '\0')
            buf_addf(out, "# HELP answerback_%s %s\n# TYPE answerback_%s %s\n", rows[i].name,
                     rows[i].help, rows[i].name, rows[i].type);
        buf_addf(out, "answerback_%s%s%s%s %lld\n", rows[i].name, labelled ? "{" : "",
                 rows[i].label, labelled ? "}" : "",
                 (long long)metric_get(metrics, (enum metric)i));
    }
}
