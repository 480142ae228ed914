/* Tells callgrind where an operation begins and where it ends; see operations.py. */
#include <valgrind/callgrind.h>

void
begin(void)
{
    CALLGRIND_START_INSTRUMENTATION;
    CALLGRIND_ZERO_STATS;
}

void
end(const char *name)
{
    CALLGRIND_DUMP_STATS_AT(name);
    CALLGRIND_STOP_INSTRUMENTATION;
}
