/*
 * main.c - the program's door: arguments in, exit code out. Everything else is in cli.c and below.
 */
#include "cli/dispatch.h"

int main(int argc, char **argv, char **environment)
{
    return cli_dispatch(argc, argv, (const char *const *)environment);
}
