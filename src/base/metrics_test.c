/*
 * metrics_test.c - counting, and a page that Prometheus can read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>

#include "base/metrics.h"

static void counts(void **state)
{
    static struct metrics metrics;

    (void)state;
    metric_add(&metrics, METRIC_INBOUND, 2);
    metric_add(&metrics, METRIC_INBOUND, 3);
    metric_set(&metrics, METRIC_SPOOL_ENTRIES, 7);
    metric_set(&metrics, METRIC_SPOOL_ENTRIES, 4);
    assert_int_equal(metric_get(&metrics, METRIC_INBOUND), 5);
    assert_int_equal(metric_get(&metrics, METRIC_SPOOL_ENTRIES), 4);
    assert_int_equal(metric_get(&metrics, METRIC_STATUS), 0);
    metric_add(NULL, METRIC_INBOUND, 1);
    metric_set(NULL, METRIC_INBOUND, 1);
}

static const struct line_case {
    const char *name, *line;
} line_cases[] = {
    { "a counter", "\nanswerback_inbound_messages_total 5\n" },
    { "a gauge", "\nanswerback_spool_entries -4\n" },
    { "a label", "\nanswerback_webhook_requests_total{result=\"denied\"} 9\n" },
    { "one that was never counted", "\nanswerback_opt_outs_total 0\n" },
    { "the type of a counter", "\n# TYPE answerback_inbound_messages_total counter\n" },
    { "the type of a gauge", "\n# TYPE answerback_spool_entries gauge\n" },
    { "help", "\n# HELP answerback_inbound_messages_total Inbound texts stored\n" },
};

static void write_page(struct buf *page)
{
    static struct metrics metrics;

    metric_set(&metrics, METRIC_INBOUND, 5);
    metric_set(&metrics, METRIC_SPOOL_ENTRIES, -4);
    metric_set(&metrics, METRIC_WEBHOOK_DENIED, 9);
    buf_add_char(page, '\n');
    metrics_write(&metrics, page);
}

static void writes(void **state)
{
    const struct line_case *c = *state;
    CLEANUP(buf_release) struct buf page = { 0 };

    write_page(&page);
    if (str_find(buf_view(&page), str_of(c->line)) < 0)
        fail_msg("no %s in %s", c->line, buf_text(&page));
}

static struct str name_in(struct str line)
{
    size_t len = 0;

    while (len < line.len && (isalnum((unsigned char)line.ptr[len]) || line.ptr[len] == '_'))
        len++;
    return str_slice(line, 0, len);
}

/* Prometheus' text format: a name is told once, right before its values, and they stand together.
 */
static void every_name_is_told_once_and_stands_together(void **state)
{
    CLEANUP(buf_release) struct buf page = { 0 };
    struct str rest, line, told = STR("");
    struct str seen[METRIC_COUNT];
    size_t seen_count = 0;

    (void)state;
    write_page(&page);
    rest = str_trim(buf_view(&page));
    while (str_cut(&rest, '\n', &line)) {
        if (str_starts(line, str_of("# TYPE "))) {
            told = name_in(str_slice(line, 7, line.len));
            for (size_t i = 0; i < seen_count; i++)
                assert_false(str_equal(told, seen[i]));
            seen[seen_count++] = told;
        } else if (line.ptr[0] != '#') {
            assert_true(str_equal(name_in(line), told));
        }
    }
    assert_true(seen_count > 10);
}

static const struct CMUnitTest plain_tests[] = {
    cmocka_unit_test(counts),
    cmocka_unit_test(every_name_is_told_once_and_stands_together),
};

#define ADD_ROWS(cases, function)                                        \
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)                        \
        tests[count++] = (struct CMUnitTest)                             \
        {                                                                \
            (cases)[i].name, (function), NULL, NULL, (void *)&(cases)[i] \
        }

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(line_cases) + ARRAY_LEN(plain_tests)];
    size_t count = 0;

    ADD_ROWS(line_cases, writes);
    memcpy(tests + count, plain_tests, sizeof(plain_tests));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
