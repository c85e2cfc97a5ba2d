/*
 * mailbox_test.c - letters of many threads arrive, each once and in its order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <pthread.h>

#include "base/str.h"
#include "loop/mailbox.h"

static bool is_readable(struct mailbox *box)
{
    struct pollfd fd = { .fd = box->fd, .events = POLLIN };

    return poll(&fd, 1, 0) == 1;
}

/* ---- one thread: a script of p(ut), t(ake), w(ake), W(ait) ---- */

static const struct script_case {
    const char *name, *script;
    size_t taken;  /* letters the last take gave */
    bool readable; /* afterwards */
} script_cases[] = {
    { "nothing at first", "", 0, false },
    { "nothing to take", "t", 0, false },
    { "a letter makes it readable", "p", 0, true },
    { "taking makes it quiet", "pt", 1, false },
    { "all letters at once", "pppt", 3, false },
    { "a letter after a take", "ptp", 1, true },
    { "a take after a take", "pptt", 0, false },
    { "taking again and again", "ptpptpppt", 3, false },
    { "a wake without a letter", "w", 0, true },
    { "a wake is over with a take", "wt", 0, false },
    { "many wakes are one", "wwwt", 0, false },
    { "a wake and a letter", "wpt", 1, false },
    { "waiting ends when a letter is there", "pW", 0, true },
    { "waiting ends after a wake", "wW", 0, true },
};

static void scripts(void **state)
{
    const struct script_case *c = *state;
    struct letter letters[10], *taken = NULL;
    struct mailbox box;
    size_t used = 0, count = 0;

    mailbox_init(&box);
    for (const char *step = c->script; *step; step++) {
        size_t first = used;

        switch (*step) {
        case 'p': mailbox_put(&box, &letters[used++]); break;
        case 'w': mailbox_wake(&box); break;
        case 'W': mailbox_wait(&box, -1); break;
        default:
            taken = mailbox_take(&box);
            for (count = 0; taken; taken = taken->next)
                count++;
            assert_true(count <= first);
        }
    }
    assert_int_equal(count, c->taken);
    assert_int_equal(is_readable(&box), c->readable);
    mailbox_release(&box);
}

static void oldest_first(void **state)
{
    struct letter letters[3], *taken;
    struct mailbox box;

    (void)state;
    mailbox_init(&box);
    for (size_t i = 0; i < ARRAY_LEN(letters); i++)
        mailbox_put(&box, &letters[i]);
    taken = mailbox_take(&box);
    for (size_t i = 0; i < ARRAY_LEN(letters); i++, taken = taken->next)
        assert_ptr_equal(taken, &letters[i]);
    assert_null(taken);
    mailbox_release(&box);
}

static void waiting_for_nothing_ends(void **state)
{
    struct mailbox box;

    (void)state;
    mailbox_init(&box);
    mailbox_wait(&box, 0);
    mailbox_wait(&box, 1);
    assert_false(is_readable(&box));
    mailbox_release(&box);
}

/* ---- many threads ---- */

#define SENDERS 4
#define LETTERS 2000

struct numbered {
    struct letter letter;
    int sender, number;
};

struct sender {
    struct mailbox *box;
    struct numbered letters[LETTERS];
    int name;
};

static void *send_all(void *arg)
{
    struct sender *sender = arg;

    for (int i = 0; i < LETTERS; i++) {
        sender->letters[i].sender = sender->name;
        sender->letters[i].number = i;
        mailbox_put(sender->box, &sender->letters[i].letter);
    }
    return NULL;
}

/* The taker sleeps between takes: were a wake-up lost, this would never end. */
static void every_letter_arrives_in_order(void **state)
{
    static struct sender senders[SENDERS];
    pthread_t threads[SENDERS];
    struct mailbox box;
    int next[SENDERS] = { 0 };
    size_t count = 0;

    (void)state;
    mailbox_init(&box);
    for (int i = 0; i < SENDERS; i++) {
        senders[i].box = &box;
        senders[i].name = i;
        assert_int_equal(pthread_create(&threads[i], NULL, send_all, &senders[i]), 0);
    }
    while (count < SENDERS * LETTERS) {
        mailbox_wait(&box, -1);
        for (struct letter *at = mailbox_take(&box); at; at = at->next, count++) {
            const struct numbered *letter = (const struct numbered *)at;

            assert_int_equal(letter->number, next[letter->sender]++);
        }
    }
    for (int i = 0; i < SENDERS; i++)
        pthread_join(threads[i], NULL);
    assert_null(mailbox_take(&box));
    mailbox_release(&box);
}

static const struct CMUnitTest plain_tests[] = {
    cmocka_unit_test(oldest_first),
    cmocka_unit_test(waiting_for_nothing_ends),
    cmocka_unit_test(every_letter_arrives_in_order),
};

#define ADD_ROWS(cases, function)                                        \
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)                        \
        tests[count++] = (struct CMUnitTest)                             \
        {                                                                \
            (cases)[i].name, (function), NULL, NULL, (void *)&(cases)[i] \
        }

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(script_cases) + ARRAY_LEN(plain_tests)];
    size_t count = 0;

    ADD_ROWS(script_cases, scripts);
    memcpy(tests + count, plain_tests, sizeof(plain_tests));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
