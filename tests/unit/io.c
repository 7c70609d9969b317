/* io: long and short writes in order, a trickle passed on at once, errors noticed. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "io.h"
#include "support/child.h"

/* Pieces of every awkward size come out as one text. */
static void pieces_stay_in_order(void **state)
{
    (void)state;
    static const size_t sizes[] = {0,
                                   1,
                                   7,
                                   IO_BLOCK - 1,
                                   IO_BLOCK,
                                   IO_BLOCK + 1,
                                   3,
                                   IO_BLOCK,
                                   IO_BLOCK,
                                   2 * IO_BLOCK + 5,
                                   0,
                                   1,
                                   IO_BLOCK - 8,
                                   20};
    char path[] = "/tmp/reelpipe-io-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    struct out out;
    out_open(&out, dup(fd), "file");
    char *piece = malloc(3 * IO_BLOCK);
    uint64_t n = 0;
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (size_t k = 0; k < sizes[i]; k++)
            piece[k] = (char)('a' + n++ % 23);
        out_bytes(&out, piece, sizes[i]);
    }
    for (unsigned i = 0; i < 3; i++)
        out_char(&out, (char)('a' + n++ % 23));
    out_close(&out);
    free(piece);
    assert_int_equal(out.bytes, n);
    char *all = malloc(n + 1);
    assert_int_equal(pread(fd, all, n + 1, 0), n);
    for (uint64_t i = 0; i < n; i++)
        if (all[i] != (char)('a' + i % 23))
            fail_msg("byte %llu", (unsigned long long)i);
    free(all);
    close(fd);
}

static void numbers(void **state)
{
    (void)state;
    int ends[2];
    char text[200] = "";
    struct out out;
    assert_int_equal(pipe(ends), 0);
    out_open(&out, ends[1], "pipe");
    static const int64_t values[] = {0, -1, 10, INT64_MAX, INT64_MIN};
    for (unsigned i = 0; i < 5; i++) {
        out_int(&out, values[i]);
        out_char(&out, ' ');
    }
    out_close(&out);
    assert_true(read(ends[0], text, sizeof text - 1) > 0);
    close(ends[0]);
    assert_string_equal(text, "0 -1 10 9223372036854775807 -9223372036854775808 ");
}

static void echo(void *context)
{
    (void)context;
    struct in in;
    struct out out;
    char buffer[100];
    in_open(&in, "-");
    out_open(&out, 1, "stdout");
    for (size_t n; (n = in_read(&in, buffer, sizeof buffer)) > 0;)
        out_bytes(&out, buffer, n);
    out_close(&out);
}

/* What has come is passed on before the reader waits for more: no end of input is needed. */
static void a_trickle_is_passed_on(void **state)
{
    (void)state;
    int to[2], from[2];
    char back[10] = "";
    assert_int_equal(pipe2(to, O_CLOEXEC), 0);
    assert_int_equal(pipe2(from, O_CLOEXEC), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        alarm(20);
        dup2(to[0], 0);
        dup2(from[1], 1);
        close(to[0]);
        close(to[1]);
        close(from[0]);
        close(from[1]);
        echo(NULL);
        _exit(0);
    }
    close(to[0]);
    close(from[1]);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(write(to[1], "abc", 3), 3);
        assert_int_equal(read(from[0], back, 3), 3);
        assert_string_equal(back, "abc");
    }
    close(to[1]);
    assert_int_equal(read(from[0], back, 3), 0);
    close(from[0]);
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
}

static void write_full(void *context)
{
    struct out out;
    out_create(&out, "/dev/full", 0600);
    for (size_t i = 0; i < (size_t)(uintptr_t)context; i++)
        out_char(&out, 'x');
    out_close(&out);
}

static void open_it(void *context)
{
    struct in in;
    char buffer[10];
    in_open(&in, context);
    in_read(&in, buffer, sizeof buffer);
}

static void create_it(void *context)
{
    struct out out;
    out_create(&out, context, 0600);
}

static void errors_are_named(void **state)
{
    (void)state;
    static struct ended ended;
    static const size_t sizes[] = {1, 3 * IO_BLOCK};
    for (unsigned i = 0; i < 2; i++) {
        run_child(&ended, write_full, (void *)(uintptr_t)sizes[i], NULL, 0, 1);
        assert_string_equal(ended.errors,
                            "test: /dev/full: can't write: No space left on device\n");
        assert_int_equal(ended.status, 1);
    }
    run_child(&ended, open_it, (void *)(uintptr_t) "/nowhere/at all", NULL, 0, 1);
    assert_string_equal(ended.errors, "test: /nowhere/at all: No such file or directory\n");
    assert_int_equal(ended.status, 1);
    run_child(&ended, open_it, (void *)(uintptr_t) "/", NULL, 0, 1);
    assert_string_equal(ended.errors, "test: /: can't read: Is a directory\n");
    run_child(&ended, create_it, (void *)(uintptr_t) "/nowhere/x", NULL, 0, 1);
    assert_string_equal(ended.errors,
                        "test: /nowhere/x: can't create: No such file or directory\n");
    run_child(&ended, echo, NULL, "abc", 3, 1);
    assert_string_equal(ended.out, "abc");
    assert_int_equal(ended.status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_stay_in_order),
        cmocka_unit_test(numbers),
        cmocka_unit_test(a_trickle_is_passed_on),
        cmocka_unit_test(errors_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
