#include <stdio.h>

#include "alloc.h"
#include "domain.h"

const char LT_AGREED = 0;

const char *lt_version(void) { return LT_VERSION; }

static char description[96];

static void describe(void)
{
    (void)snprintf(description, sizeof description, "allocator=%s grace=%s checks=%s", LT_ALLOC_NAME, lt_grace_name(),
                   LT_CHECKS ? "on" : "off");
}

const char *lt_describe(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    lt_grace_choose();
    (void)pthread_once(&once, describe);
    return description;
}
